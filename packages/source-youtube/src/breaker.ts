// Keeps away from where YouTube has just refused us.
import type { Clock } from '@ytscriptify/core'

export interface BreakerOptions {
  /** How long the first pause lasts where YouTube names none, in milliseconds; each further one doubles it. */
  readonly minMs: number
  /** Where the doubling ends, in milliseconds. */
  readonly maxMs: number
  readonly clock: Clock
}

export interface Breaker {
  /** How long it keeps everybody out, in milliseconds from now; 0 when somebody may pass. */
  waitMs(): number
  /** Whether the last answer was a refusal: one at a time may try then. */
  isOnTrial(): boolean
  /** @param retryAfterMs - How long YouTube asked us to stay away. */
  refused(retryAfterMs: number | undefined): void
  /** YouTube has answered, whatever it said of the video. */
  answered(): void
}

export function createBreaker({ minMs, maxMs, clock }: BreakerOptions): Breaker {
  let refusals = 0
  let opensAt = 0

  const waitMs = (): number => (refusals === 0 ? 0 : Math.max(0, opensAt - clock.monotonic()))

  return {
    waitMs,
    isOnTrial: () => refusals > 0,
    refused(retryAfterMs) {
      const now = clock.monotonic()
      // What was on its way when it closed belongs to the same refusal, and can only make the pause longer.
      if (waitMs() > 0) {
        opensAt = Math.max(opensAt, now + (retryAfterMs ?? 0))
        return
      }
      opensAt = now + (retryAfterMs ?? Math.min(maxMs, minMs * 2 ** refusals))
      refusals += 1
    },
    answered() {
      if (waitMs() === 0) refusals = 0
    },
  }
}
