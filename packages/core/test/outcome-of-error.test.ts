import { describe, expect, it } from 'vitest'
import { TranscriptionError, type ErrorCode, type TranscriptionErrorOptions } from '../src/errors.ts'
import { DEFAULT_GATE_POLICY } from '../src/gate.ts'
import { DEFAULT_RETRY_POLICY } from '../src/retry-policy.ts'
import { outcomeOfError } from '../src/worker/outcome-of-error.ts'

const HOUR = 3_600_000
const policies = { retry: DEFAULT_RETRY_POLICY, gate: DEFAULT_GATE_POLICY, random: () => 0.5, now: 1_000_000 }

const outcomeOf = (
  code: ErrorCode,
  {
    failures = 0,
    remainingMs = HOUR,
    ...options
  }: TranscriptionErrorOptions & { failures?: number; remainingMs?: number } = {},
) => outcomeOfError(new TranscriptionError(code, 'It failed.', options), { failures, remainingMs }, policies)

describe('the outcome of an error', () => {
  it('is final for what no other try will change', () => {
    expect(outcomeOf('transcripts_disabled')).toMatchObject({ type: 'failed', answered: true })
  })

  it.each([
    [0, 15_000],
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
  ])('is a pause that doubles with each failure: after %i of them half of the jitter is %i ms', (failures, afterMs) => {
    expect(outcomeOf('source_timeout', { failures })).toMatchObject({ type: 'retry', afterMs, countsAsFailure: true })
  })

  it('is final at the fifth failure', () => {
    expect(outcomeOf('source_timeout', { failures: 4 })).toMatchObject({ type: 'failed', answered: false })
  })

  it('closes the gate for as long as the source asks, and counts no failure', () => {
    const retryAt = new Date(policies.now + 90_000)

    expect(outcomeOf('source_rate_limited', { failures: 4, retryAt })).toMatchObject({
      type: 'refused',
      retryAfterMs: 90_000,
    })
    expect(outcomeOf('source_blocked', { failures: 4 })).toMatchObject({ type: 'refused', retryAfterMs: 0 })
  })

  it('waits for the moment that a video names, at least a second, and counts no failure', () => {
    const later = outcomeOf('live_upcoming', { retryAt: new Date(policies.now + 60_000) })
    const past = outcomeOf('live_upcoming', { retryAt: new Date(policies.now - 60_000) })

    expect(later).toMatchObject({ type: 'retry', afterMs: 60_000, countsAsFailure: false })
    expect(past).toMatchObject({ type: 'retry', afterMs: 1_000, countsAsFailure: false })
  })

  it('is final when the next try would come after the deadline of the job', () => {
    expect(outcomeOf('source_timeout', { remainingMs: 10_000 })).toMatchObject({ type: 'failed' })
  })

  it('closes the gate also where the job ends before it opens, so that others do not run into the same refusal', () => {
    const retryAt = new Date(policies.now + 2 * HOUR)

    expect(outcomeOf('source_rate_limited', { retryAt })).toMatchObject({ type: 'refused', final: true })
    expect(outcomeOf('source_rate_limited')).not.toHaveProperty('final')
  })

  it('believes an error that says it is not retryable', () => {
    expect(outcomeOf('source_request_failed', { retryable: false })).toMatchObject({ type: 'failed', answered: false })
  })

  it('takes what is no error of ours for an internal one, to be tried again', () => {
    const outcome = outcomeOfError(new RangeError('a fault'), { failures: 0, remainingMs: HOUR }, policies)

    expect(outcome).toMatchObject({ type: 'retry', error: { code: 'internal', message: 'RangeError: a fault' } })
  })
})
