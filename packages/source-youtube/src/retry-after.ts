// The header Retry-After: seconds or a date (RFC 9110, section 10.2.3).

// A longer wish is more likely a mistake, and no reason to close a source for weeks.
const LONGEST_MS = 24 * 60 * 60_000

/** @returns the moment that the header names, or `undefined` when it names none that is still to come. */
export function retryAfter(header: string | null, now: number): Date | undefined {
  const waitMs = header === null ? NaN : waitOf(header.trim(), now)
  return waitMs > 0 ? new Date(now + Math.min(waitMs, LONGEST_MS)) : undefined
}

function waitOf(value: string, now: number): number {
  if (/^\d+$/.test(value)) return Number(value) * 1000
  return value.endsWith('GMT') ? Date.parse(value) - now : NaN
}
