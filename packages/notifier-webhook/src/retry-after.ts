// The header Retry-After: seconds or a date (RFC 9110, section 10.2.3).

// A longer wish is more likely a mistake; the schedule of the specification has no longer pause either.
const LONGEST_MS = 24 * 60 * 60_000

/** @returns how long the receiver asks to wait, or `undefined` when it does not or cannot be understood. */
export function retryAfterMsOf(header: string | undefined, now: number): number | undefined {
  const waitMs = header === undefined ? NaN : waitOf(header.trim(), now)
  return waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : undefined
}

function waitOf(value: string, now: number): number {
  if (/^\d+$/.test(value)) return Number(value) * 1000
  return value.endsWith('GMT') ? Date.parse(value) - now : NaN
}
