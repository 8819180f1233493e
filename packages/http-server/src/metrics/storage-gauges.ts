// Gauges of what the storage says. Every process on the same storage shows the same: take the max over them, not the sum.
import { Gauge, type Registry } from 'prom-client'
import type { StorageReading } from './storage-reading.ts'
import { gateLabels } from './gate-labels.ts'

/** Makes the gauges, and the function that sets them to what the storage has said. */
export function storageGauges(registry: Registry): (reading: StorageReading | undefined) => void {
  const registers = [registry]
  const up = new Gauge({
    name: 'ytscriptify_storage_up',
    help: 'Whether the storage answered when it was last asked: 1 or 0.',
    registers,
  })
  const jobs = new Gauge({
    name: 'ytscriptify_jobs_open',
    help: 'Jobs that have not ended, by status; counted up to 100,000.',
    labelNames: ['status'],
    registers,
  })
  const transcripts = new Gauge({
    name: 'ytscriptify_transcripts_open',
    help: 'Videos that have not ended: due now, waiting for their next attempt, or processing; counted up to 100,000.',
    labelNames: ['state'],
    registers,
  })
  const oldestTranscript = new Gauge({
    name: 'ytscriptify_transcripts_oldest_due_age_seconds',
    help: 'How long the video that is next in line has been due; 0 when none is.',
    registers,
  })
  const deliveries = new Gauge({
    name: 'ytscriptify_deliveries_open',
    help: 'Callbacks that are still to be made: due now, waiting for their next attempt, or processing; counted up to 100,000.',
    labelNames: ['state'],
    registers,
  })
  const oldestDelivery = new Gauge({
    name: 'ytscriptify_deliveries_oldest_due_age_seconds',
    help: 'How long the longest due callback has been due; 0 when none is.',
    registers,
  })
  const gates = new Gauge({
    name: 'ytscriptify_gate_closed',
    help: 'Whether the gate is closed: 1 from a refusal of the source until an attempt has passed again, else 0.',
    labelNames: ['source', 'key'],
    registers,
  })
  const workers = new Gauge({
    name: 'ytscriptify_workers',
    help: 'Workers of all processes that were seen within a day: alive, or lost.',
    labelNames: ['state'],
    registers,
  })
  const labelsOf = gateLabels()

  return (reading) => {
    up.set(reading ? 1 : 0)
    // What was true a while ago would look like what is true now.
    if (!reading) return forget()
    const { stats } = reading
    jobs.set({ status: 'pending' }, stats.jobs.pending)
    jobs.set({ status: 'processing' }, stats.jobs.processing)
    setStates(transcripts, stats.transcripts)
    oldestTranscript.set(secondsOf(stats.oldestDueMs))
    setStates(deliveries, stats.deliveries)
    oldestDelivery.set(secondsOf(stats.deliveries.oldestDueMs))
    gates.reset()
    // Added up, since those beyond the bound of labels share one.
    for (const gate of stats.gates) gates.inc(labelsOf(gate), gate.closedUntil === undefined ? 0 : 1)
    const lost = reading.workers.filter(({ isLost }) => isLost).length
    workers.set({ state: 'alive' }, reading.workers.length - lost)
    workers.set({ state: 'lost' }, lost)
  }

  function forget(): void {
    for (const gauge of [jobs, transcripts, deliveries, gates, workers]) gauge.reset()
    // Their reset would be a 0.
    for (const gauge of [oldestTranscript, oldestDelivery]) gauge.remove()
  }
}

const STATES = ['due', 'waiting', 'processing'] as const

function setStates(gauge: Gauge<'state'>, counts: Readonly<Record<(typeof STATES)[number], number>>): void {
  for (const state of STATES) gauge.set({ state }, counts[state])
}

const secondsOf = (ms: number | undefined): number => (ms ?? 0) / 1_000
