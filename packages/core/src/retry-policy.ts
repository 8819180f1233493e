// How long to wait before a video is tried again, and when to give up. Pure.

export interface RetryPolicy {
  /** The first pause, in milliseconds; each further one doubles. @default 30 s */
  readonly baseMs: number
  /** The longest pause, in milliseconds. @default 15 min */
  readonly maxMs: number
  /** A video fails with its last error at this many failures. @default 5 */
  readonly maxFailures: number
  /** The pause of a video that names no moment of its own, such as a running broadcast, in milliseconds. @default 15 min */
  readonly scheduledMs: number
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  baseMs: 30_000,
  maxMs: 15 * 60_000,
  maxFailures: 5,
  scheduledMs: 15 * 60_000,
}

/**
 * The pause after the n-th failure (from 1): `baseMs · 2ⁿ⁻¹` with full jitter, so that what failed together does not
 * come back together. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(failures: number, { policy, random }: { policy: RetryPolicy; random: () => number }): number {
  return Math.round(random() * Math.min(policy.maxMs, policy.baseMs * 2 ** (failures - 1)))
}
