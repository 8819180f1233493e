// Moments as the older service wrote them. It kept UTC without saying so, in SQLite as text; others may have written more.

const MOMENT =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?<fraction>\d+))?)? ?(?<zone>Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i

/**
 * Reads `2025-01-02 03:04:05.123456`, with or without a `T`, seconds and an offset. Without an offset it is UTC, whatever zone
 * this process lives in. So are seconds or milliseconds since 1970.
 *
 * @returns `undefined` when it is no moment.
 */
export function parseOldTime(text: string): Date | undefined {
  const written = text.trim()
  if (/^\d{9,10}(\.\d+)?$/.test(written)) return new Date(Math.floor(Number(written) * 1_000))
  if (/^\d{12,13}$/.test(written)) return new Date(Number(written))
  const { date, time = '00:00', fraction = '', zone = 'Z' } = MOMENT.exec(written)?.groups ?? {}
  if (date === undefined) return undefined
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const moment = new Date(`${date}T${time.length === 5 ? `${time}:00` : time}.${milliseconds}${offsetOf(zone)}`)
  // A date that there is not, the 30th of February, is taken by some engines for another.
  if (Number.isNaN(moment.getTime()) || !isDay(date)) return undefined
  return moment
}

/** `+05:30`, as the only form that every engine reads. PostgreSQL leaves out the minutes where there are none. */
function offsetOf(zone: string): string {
  if (/^(z|utc)$/i.test(zone)) return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

const isDay = (date: string): boolean => {
  const day = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)
}
