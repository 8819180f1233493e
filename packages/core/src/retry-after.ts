// The header Retry-After: seconds or a date (RFC 9110, section 10.2.3).

// A longer wish is more likely a mistake, and no reason to stay away for weeks.
const LONGEST_MS = 24 * 60 * 60_000

/**
 * How long the other side asks us to stay away, in milliseconds: the longest is a day. For sources and notifiers.
 *
 * @param header - As it came, or nothing when it did not come.
 * @param now - The process's own time, in milliseconds since 1970; a date counts from it.
 * @returns `undefined` when it names no time that is still to come.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  const waitMs = header == null ? NaN : waitOf(header.trim(), now)
  return waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : undefined
}

function waitOf(value: string, now: number): number {
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  return value.endsWith('GMT') ? Date.parse(value) - now : NaN
}
