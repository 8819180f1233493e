// Tells the listeners of this process what became of an attempt, after it is durable.
import type { AttemptOutcome, TranscriptionEmitter } from '../events.ts'
import type { Job } from '../job.ts'
import type { ClaimedTranscript, Outcome, SettleResult } from '../storage.ts'
import type { WorkerContext } from './worker-context.ts'

interface Settled {
  readonly claimed: ClaimedTranscript
  readonly outcome: Outcome
  readonly result: Extract<SettleResult, { accepted: true }>
}

/** How far an attempt came: to an outcome that is stored, to one that is not, or to none. */
export type AttemptEnd =
  | ({ readonly type: 'settled' } & Omit<Settled, 'claimed'>)
  | { readonly type: 'stale' | 'lost'; readonly outcome?: Outcome }

export function announce({ claimed, outcome, result }: Settled, { events, counters }: WorkerContext): void {
  const named = nameOf(claimed)
  switch (result.status) {
    case 'completed':
      counters.completed += 1
      events.emit('transcript.completed', {
        ...named,
        reused: isReused(outcome),
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

/** Whether a stored text stood in for a fetch. */
export const isReused = (outcome: Outcome): boolean => outcome.type === 'completed' && outcome.fetchedAt !== undefined

/** A result that came too late was refused. */
export function announceStale(claimed: ClaimedTranscript, { events, counters }: WorkerContext): void {
  counters.stale += 1
  events.emit('transcript.stale', { ...nameOf(claimed), attempt: claimed.lease.attempt })
}

/** Every attempt ends once, whatever became of it. */
export function announceAttempt(
  claimed: ClaimedTranscript,
  { end, durationMs, reused }: { readonly end: AttemptEnd; readonly durationMs: number; readonly reused: boolean },
  { events }: WorkerContext,
): void {
  const { attempt } = claimed.lease
  const code = end.outcome && 'error' in end.outcome ? end.outcome.error.code : undefined
  const told = { ...nameOf(claimed), attempt, outcome: attemptOutcomeOf(end), durationMs, reused }
  events.emit('attempt.ended', { ...told, ...(code && { code }) })
}

function attemptOutcomeOf(end: AttemptEnd): AttemptOutcome {
  if (end.type !== 'settled') return end.type
  // A refusal that the video has met too often, or too late, ends it.
  return end.result.status === 'failed' ? 'failed' : end.outcome.type
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
