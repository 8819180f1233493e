// When a callback that failed is sent again. Pure.

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * The pause after each failed attempt, in milliseconds: with the first attempt, which is made at once, the ten of Standard
 * Webhooks, over three days.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#delivery-attempts--retries
 */
export const STANDARD_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/** However late a receiver asks us to come back. */
const LONGEST_PAUSE_MS = 24 * HOUR

export interface DeliveryPause {
  /** Failed attempts, this one included. */
  readonly failures: number
  /** How long the receiver asks us to stay away, in milliseconds. @default it does not ask */
  readonly retryAfterMs?: number | undefined
  readonly delaysMs: readonly number[]
  readonly random: () => number
}

/**
 * The pause before the next attempt, in milliseconds, give or take a tenth, so that what failed together does not come
 * back together; never shorter than the receiver asks.
 *
 * @returns `undefined` when the schedule is at its end.
 */
export function deliveryPauseMs({ failures, retryAfterMs = 0, delaysMs, random }: DeliveryPause): number | undefined {
  const delayMs = delaysMs[failures - 1]
  if (delayMs === undefined) return undefined
  const chance = random()
  const scheduledMs = delayMs * (0.9 + 0.2 * chance)
  // Later, not earlier: all that were told the same moment must not come back at that moment.
  const askedMs = retryAfterMs > 0 ? Math.min(retryAfterMs * (1 + 0.1 * chance), LONGEST_PAUSE_MS) : 0
  return Math.ceil(Math.max(scheduledMs, askedMs))
}
