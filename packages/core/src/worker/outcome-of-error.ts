// Which of the three layers of retries an error belongs to. Pure: the rules of the retries are here and nowhere else.
import { RETRY_RULES, toErrorRecord, type ErrorCode } from '../errors.ts'
import type { GatePolicy } from '../gate.ts'
import { backoffMs, type RetryPolicy } from '../retry-policy.ts'
import type { ClaimedTranscript, Failure, Outcome } from '../storage.ts'

export interface OutcomePolicies {
  readonly retry: RetryPolicy
  readonly gate: GatePolicy
  readonly random: () => number
  /** Milliseconds since 1970, to turn `retryAt` into a pause. */
  readonly now: number
}

/** Turns what an attempt threw into its outcome. */
export function outcomeOfError(
  error: unknown,
  claimed: Pick<ClaimedTranscript, 'failures' | 'remainingMs'>,
  policies: OutcomePolicies,
): Outcome {
  const record = toErrorRecord(error)
  const failure: Failure = { error: record, answered: isAnswer(record.code) }
  const failed: Outcome = { type: 'failed', ...failure }
  if (!record.retryable) return failed

  const outcome = nextTry(failure, claimed, policies)
  if (outcome === undefined) return failed
  if (pauseOf(outcome) <= claimed.remainingMs) return outcome
  // Its job ends before the next try. A refusal closes the gate all the same: others must not run into it.
  return outcome.type === 'refused' ? { ...outcome, final: true } : failed
}

type NextTry = Extract<Outcome, { type: 'retry' | 'refused' }>

function nextTry(
  failure: Failure,
  { failures }: Pick<ClaimedTranscript, 'failures'>,
  { retry, gate, random, now }: OutcomePolicies,
): NextTry | undefined {
  const { error } = failure
  const askedMs = error.retryAt ? Math.max(0, error.retryAt.getTime() - now) : 0
  const rule = RETRY_RULES[error.code]
  switch (rule) {
    case 'gate':
      return { type: 'refused', error, retryAfterMs: askedMs, policy: gate }
    case 'scheduled':
      // At least a second: a start that is already past would otherwise be asked for in a tight loop.
      return {
        type: 'retry',
        ...failure,
        afterMs: Math.max(1_000, error.retryAt ? askedMs : retry.scheduledMs),
        countsAsFailure: false,
      }
    case 'soon':
    case 'later':
    case 'never':
      if (failures + 1 >= retry.maxFailures) return undefined
      return {
        type: 'retry',
        ...failure,
        afterMs: Math.max(askedMs, backoffMs(failures + 1, { policy: retry, random })),
        countsAsFailure: true,
      }
  }
}

const pauseOf = (outcome: NextTry): number => (outcome.type === 'retry' ? outcome.afterMs : outcome.retryAfterMs)

/** Whether the source itself has spoken, so that it does not keep us out. */
export const isAnswer = (code: ErrorCode): boolean => !NO_ANSWER.has(code)

const NO_ANSWER: ReadonlySet<ErrorCode> = new Set([
  'source_blocked',
  'source_rate_limited',
  'source_unreachable',
  'source_timeout',
  'source_request_failed',
  // A gate that YouTube closes silently looks like these.
  'empty_transcript',
  'consent_required',
  'internal',
])
