// Moments of a video, as people write them and read them.

/**
 * Reads a moment: seconds (`90`, `90.5`), a clock (`1:30`, `1:02:03.5`), or as YouTube's links have it (`90s`, `1h2m3s`).
 *
 * @returns whole milliseconds from the beginning of the video; `undefined` for anything else.
 * @example
 * ```ts
 * parseMoment('1:30') // 90000
 * ```
 */
export function parseMoment(text: string): number | undefined {
  const match = CLOCK.exec(text.trim()) ?? UNITS.exec(text.trim())
  if (!match || match[0] === '') return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000)
}

// Not more digits than a number of milliseconds can have.
const CLOCK = /^(?:(?:(\d{1,5}):)?(\d{1,5}):)?(\d{1,9}(?:\.\d{1,9})?)$/
const UNITS = /^(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,9}(?:\.\d{1,9})?)s)?$/

/** `0:05`, `12:00`, `1:02:03`: as players show it. */
export function clockOf(ms: number): string {
  const [hours, minutes, seconds] = hoursMinutesSeconds(ms)
  return hours === 0 ? `${minutes}:${two(seconds)}` : `${hours}:${two(minutes)}:${two(seconds)}`
}

/** `00:12:00`, with as many digits for the hours as there are. */
export function wholeClockOf(ms: number): string {
  const [hours, minutes, seconds] = hoursMinutesSeconds(ms)
  return `${two(hours)}:${two(minutes)}:${two(seconds)}`
}

const hoursMinutesSeconds = (ms: number): readonly [number, number, number] => [
  Math.floor(ms / 3_600_000),
  Math.floor(ms / 60_000) % 60,
  Math.floor(ms / 1_000) % 60,
]

const two = (value: number): string => String(value).padStart(2, '0')
