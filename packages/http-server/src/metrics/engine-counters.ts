// Counts what the service of this process tells of its work.
import type { AttemptOutcome, TranscriptionService } from '@ytscriptify/core'
import { Counter, Histogram, type Registry } from 'prom-client'
import { boundedLabel } from './bounded-label.ts'
import { gateLabels } from './gate-labels.ts'

type Events = Pick<TranscriptionService, 'on'>

/** Makes the counters, and keeps them as long as the service emits. */
export function engineCounters(service: Events, registry: Registry): void {
  countJobs(service, registry)
  countTranscripts(service, registry)
  countAttempts(service, registry)
  countGates(service, registry)
  countDeliveries(service, registry)
  countFaults(service, registry)
}

function countJobs({ on }: Events, registry: Registry): void {
  const registers = [registry]
  const created = new Counter({
    name: 'ytscriptify_jobs_created_total',
    help: 'Jobs that this process has stored. A repetition with an idempotency key stores none.',
    registers,
  })
  const ended = new Counter({
    name: 'ytscriptify_jobs_ended_total',
    help: 'Jobs that this process has brought to their end, by the status in which they ended.',
    labelNames: ['status'],
    registers,
  })
  const purged = new Counter({
    name: 'ytscriptify_jobs_purged_total',
    help: 'Jobs that this process has deleted since they ended long ago.',
    registers,
  })
  on('job.created', () => created.inc())
  for (const status of ['completed', 'failed', 'cancelled'] as const) {
    startAtZero(ended, { status })
    on(`job.${status}`, () => ended.inc({ status }))
  }
  on('jobs.purged', ({ count }) => purged.inc(count))
}

function countTranscripts({ on }: Events, registry: Registry): void {
  const registers = [registry]
  const ended = new Counter({
    name: 'ytscriptify_transcripts_ended_total',
    help: 'Videos that this process has brought to their end, by status and code of the error (none, where there is none).',
    labelNames: ['status', 'code'],
    registers,
  })
  const reused = new Counter({
    name: 'ytscriptify_transcripts_reused_total',
    help: 'Videos that were completed by a copy of a stored transcript instead of a new fetch.',
    registers,
  })
  const stale = new Counter({
    name: 'ytscriptify_stale_results_total',
    help: 'Results of this process that were refused, since the video had gone to another attempt or was cancelled.',
    registers,
  })
  startAtZero(ended, { status: 'completed', code: NO_CODE })
  startAtZero(ended, { status: 'cancelled', code: NO_CODE })
  on('transcript.completed', (transcript) => {
    ended.inc({ status: 'completed', code: NO_CODE })
    if (transcript.reused) reused.inc()
  })
  on('transcript.failed', ({ error }) => ended.inc({ status: 'failed', code: error.code }))
  // Only a cancelled job has cancelled videos, and there is no event for each of them.
  on('job.cancelled', ({ job }) => ended.inc({ status: 'cancelled', code: NO_CODE }, job.counts.cancelled))
  on('transcript.stale', () => stale.inc())
}

function countAttempts({ on }: Events, registry: Registry): void {
  const registers = [registry]
  const attempts = new Counter({
    name: 'ytscriptify_attempts_total',
    help: 'Attempts at videos that ended in this process, by outcome and code of the error (none, where there is none).',
    labelNames: ['outcome', 'code'],
    registers,
  })
  const duration = new Histogram({
    name: 'ytscriptify_attempt_duration_seconds',
    help: 'How long attempts took, from their start to their stored outcome. Copies of stored transcripts are left out.',
    labelNames: ['outcome'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120],
    registers,
  })
  const lost = new Counter({
    name: 'ytscriptify_leases_lost_total',
    help: 'Attempts of this process whose lease was gone before their outcome was stored: it ran out, or the job was cancelled.',
    registers,
  })
  for (const outcome of WITHOUT_CODE) startAtZero(attempts, { outcome, code: NO_CODE })
  on('attempt.ended', ({ outcome, code = NO_CODE, durationMs, reused }) => {
    attempts.inc({ outcome, code })
    // They take no time, and would hide how long the source takes.
    if (!reused) duration.observe({ outcome }, durationMs / 1_000)
    if (outcome === 'lost') lost.inc()
  })
}

/** Outcomes that bring no error along. */
const WITHOUT_CODE: readonly AttemptOutcome[] = ['completed', 'released', 'lost']

function countGates({ on }: Events, registry: Registry): void {
  const closings = new Counter({
    name: 'ytscriptify_gate_closings_total',
    help: 'How often a refusal that this process met has closed a gate.',
    labelNames: ['source', 'key'],
    registers: [registry],
  })
  const labelsOf = gateLabels()
  on('gate.closed', ({ gate }) => closings.inc(labelsOf(gate)))
}

function countDeliveries({ on }: Events, registry: Registry): void {
  const deliveries = new Counter({
    name: 'ytscriptify_deliveries_total',
    help: 'Attempts at callbacks by this process: delivered, retry (it is made again), or failed (it was given up).',
    labelNames: ['outcome'],
    registers: [registry],
  })
  for (const outcome of ['delivered', 'retry', 'failed']) startAtZero(deliveries, { outcome })
  on('delivery.succeeded', () => deliveries.inc({ outcome: 'delivered' }))
  on('delivery.retrying', () => deliveries.inc({ outcome: 'retry' }))
  on('delivery.failed', () => deliveries.inc({ outcome: 'failed' }))
}

function countFaults({ on }: Events, registry: Registry): void {
  const errors = new Counter({
    name: 'ytscriptify_engine_errors_total',
    help: 'Faults that kept a background loop of this process from its work, by loop. It tries again.',
    labelNames: ['during'],
    registers: [registry],
  })
  const duringLabel = boundedLabel(50)
  on('engine.error', ({ during }) => errors.inc({ during: duringLabel(during) }))
}

/** What stands where there is no error. */
const NO_CODE = 'none'

/** A series that begins with its first event hides that event from `rate()`: what is known beforehand is there from the start. */
function startAtZero<Label extends string>(counter: Counter<Label>, labels: Readonly<Record<Label, string>>): void {
  counter.inc(labels, 0)
}
