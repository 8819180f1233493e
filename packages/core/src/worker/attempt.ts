// One attempt at one transcript: from the claim to the settled outcome.
import pRetry from 'p-retry'
import { RETRY_RULES, TranscriptionError, isTranscriptionError } from '../errors.ts'
import type { Permit } from '../source.ts'
import type { ClaimedTranscript, Outcome, ReusableTranscript } from '../storage.ts'
import { encodeSegments } from '../transcript-data.ts'
import type { FetchedTranscript, TranscriptContent } from '../transcript.ts'
import { announce, announceAttempt, announceStale, type AttemptEnd } from './announce.ts'
import { checkFetched } from './check-fetched.ts'
import { AttemptAborted, type HeldLease } from './held-leases.ts'
import { outcomeOfError } from './outcome-of-error.ts'
import type { WorkerContext } from './worker-context.ts'
import { createTimeLimit } from '../time-limit.ts'

export interface Attempt {
  readonly claimed: ClaimedTranscript
  readonly held: HeldLease
  readonly permit: Permit
  /** A stored transcript that may stand in for the fetch. */
  readonly reusable: ReusableTranscript | undefined
  /**
   * Called when a transcript is there and only has to be stored, so that the next fetch need not wait for that. Not after
   * a failure: it may close the gate, and nothing more must be asked before it has.
   */
  readonly onFetched: () => void
}

/** Runs an attempt to its end. Never rejects: what goes wrong is settled, or reported. */
export async function runAttempt(attempt: Attempt, context: WorkerContext): Promise<AttemptEnd> {
  const { claimed, reusable } = attempt
  const since = context.clock.monotonic()
  const end = await runToEnd(attempt, context)
  const durationMs = context.clock.monotonic() - since
  announceAttempt(claimed, { end, durationMs, reused: reusable !== undefined }, context)
  if (end.type === 'settled') announce({ claimed, ...end }, context)
  if (end.type === 'stale') announceStale(claimed, context)
  return end
}

async function runToEnd(attempt: Attempt, context: WorkerContext): Promise<AttemptEnd> {
  const { claimed, held } = attempt
  const outcome = await outcomeOf(attempt, context)
  if (outcome !== 'lost' && outcome.type === 'completed') attempt.onFetched()
  return outcome === 'lost' ? { type: 'lost' } : settleWhileHeld({ claimed, held, outcome }, context)
}

/** @returns `lost` when the lease is not ours any more, so that there is nothing to settle. */
async function outcomeOf(attempt: Attempt, context: WorkerContext): Promise<Outcome | 'lost'> {
  const { claimed, held, permit, reusable } = attempt
  if (reusable) {
    permit.release()
    const { fetchedAt, ...content } = reusable
    return { type: 'completed', content, fetchedAt }
  }
  try {
    const fetched = await fetchInTime({ claimed, held, permit }, context)
    return { type: 'completed', content: contentOf(checkFetched(fetched)) }
  } catch (error) {
    if (error instanceof AttemptAborted) return error.why === 'lost' ? 'lost' : { type: 'released' }
    const { policies, clock, random } = context
    return outcomeOfError(error, claimed, { ...policies, random, now: clock.now() })
  }
}

/** The fetch, shared with whoever asks for the same, and given up after the attempt's time. */
async function fetchInTime(
  { claimed, held, permit }: Pick<Attempt, 'claimed' | 'held' | 'permit'>,
  context: WorkerContext,
): Promise<FetchedTranscript> {
  const { clock, attemptTimeoutMs, events, fetches } = context
  const limit = createTimeLimit({
    ms: attemptTimeoutMs,
    clock,
    signal: held.signal,
    onTimeUp: () => timedOut(claimed, attemptTimeoutMs),
  })
  const giveBack = (): void => {
    try {
      permit.release()
    } catch (error) {
      events.emit('engine.error', { error, during: 'release' })
    }
  }
  let isFirst = false
  const fetched = fetches.join(fetchKeyOf(claimed), {
    signal: limit.signal,
    start: async (signal) => {
      isFirst = true
      // A source that goes on in spite of the signal must not keep its place in the limiter.
      signal.addEventListener('abort', giveBack, { once: true })
      try {
        return await fetchWithRetries(claimed, { permit, signal, context })
      } finally {
        giveBack()
      }
    },
  })
  // Whoever only joins needs no place in the limiter.
  if (!isFirst) giveBack()
  try {
    return await fetched
  } finally {
    limit.clear()
  }
}

/** The first layer of retries: seconds, in process, and only for what seconds can mend. */
async function fetchWithRetries(
  { videoId, request }: ClaimedTranscript,
  { permit, signal, context: { source, soonRetry } }: { permit: Permit; signal: AbortSignal; context: WorkerContext },
): Promise<FetchedTranscript> {
  return pRetry(() => source.fetch({ videoId }, { request, permit, signal }), {
    retries: soonRetry.retries,
    minTimeout: soonRetry.minMs,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => isTranscriptionError(error) && error.retryable && RETRY_RULES[error.code] === 'soon',
  })
}

/**
 * Settles, again and again while the storage is away, until the lease is known to be lost: the work must not be lost
 * before. An outcome that the storage cannot take at all is replaced by the failure to store it.
 */
async function settleWhileHeld(
  { claimed, held, outcome }: { claimed: ClaimedTranscript; held: HeldLease; outcome: Outcome },
  { storage, clock, events, policies, random }: WorkerContext,
): Promise<AttemptEnd> {
  let settling = outcome
  for (;;) {
    try {
      const result = await storage.settle({ lease: held.lease, outcome: settling })
      return result.accepted ? { type: 'settled', outcome: settling, result } : { type: 'stale', outcome: settling }
    } catch (error) {
      events.emit('engine.error', { error, during: 'settle' })
      if (held.signal.aborted) return { type: 'lost', outcome: settling }
      if (!isTranscriptionError(error)) {
        // Not even the failure can be stored. The lease runs out, and its time counts, so that the job ends by its deadline.
        if (settling !== outcome) return { type: 'lost', outcome: settling }
        settling = outcomeOfError(error, claimed, { ...policies, random, now: clock.now() })
      }
      await clock.sleep(SETTLE_RETRY_MS, held.signal).catch(() => undefined) // Woken early by the loss of the lease: one last try.
    }
  }
}

const SETTLE_RETRY_MS = 500

/** Owners share a fetch only where they share stored transcripts too. */
const fetchKeyOf = ({ requestKey, reuse, owner }: ClaimedTranscript): string =>
  JSON.stringify([requestKey, reuse.scope, reuse.scope === 'shared' ? '' : owner])

const contentOf = ({ segments, ...rest }: FetchedTranscript): TranscriptContent => ({
  ...rest,
  data: encodeSegments(segments),
})

const timedOut = ({ videoId }: ClaimedTranscript, ms: number): TranscriptionError =>
  new TranscriptionError('source_timeout', `The transcript of ${videoId} did not arrive within ${ms / 1_000} s.`)
