// Tells the listeners of this process what became of an attempt, after it is durable.
import type { TranscriptionEmitter } from '../events.ts'
import type { Job } from '../job.ts'
import type { ClaimedTranscript, Outcome, SettleResult } from '../storage.ts'
import type { WorkerContext } from './worker-context.ts'

interface Settled {
  readonly claimed: ClaimedTranscript
  readonly outcome: Outcome
  readonly result: Extract<SettleResult, { accepted: true }>
}

export function announce({ claimed, outcome, result }: Settled, { events, counters }: WorkerContext): void {
  const named = nameOf(claimed)
  switch (result.status) {
    case 'completed':
      counters.completed += 1
      events.emit('transcript.completed', {
        ...named,
        reused: outcome.type === 'completed' && outcome.fetchedAt !== undefined,
      })
      break
    case 'failed':
      counters.failed += 1
      if ('error' in outcome) events.emit('transcript.failed', { ...named, error: outcome.error })
      break
    case 'pending':
      counters.postponed += 1
      if (outcome.type === 'retry')
        events.emit('transcript.retrying', { ...named, error: outcome.error, afterMs: outcome.afterMs })
      break
    case 'processing':
    case 'cancelled':
      break // No settlement ends in these.
  }
  if (result.gate) announceGate(result.gate, outcome, events)
  if (result.endedJob) announceEnd(result.endedJob, events)
}

/** A result that came too late was refused. */
export function announceStale(claimed: ClaimedTranscript, { events, counters }: WorkerContext): void {
  counters.stale += 1
  events.emit('transcript.stale', { ...nameOf(claimed), attempt: claimed.lease.attempt })
}

export function announceEnd(job: Job, events: TranscriptionEmitter): void {
  if (job.status === 'completed' || job.status === 'failed' || job.status === 'cancelled') {
    events.emit(`job.${job.status}`, { job })
  }
}

function announceGate(
  gate: NonNullable<Settled['result']['gate']>,
  outcome: Outcome,
  events: TranscriptionEmitter,
): void {
  if (gate.closedUntil === undefined) events.emit('gate.opened', { gate })
  else if (outcome.type === 'refused')
    events.emit('gate.closed', { gate, until: new Date(gate.closedUntil), error: outcome.error })
}

const nameOf = ({ jobId, position, videoId }: ClaimedTranscript) => ({ jobId, position, videoId })
