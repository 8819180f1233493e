// Lengths of time as people write them, and as people read them.

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Reads `20s`, `5m`, `1.5h`, `30d`, `500ms`, and `0`, which needs no unit. @returns milliseconds, or `undefined` when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (text.trim() === '0') return 0
  const match = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h|d)$/.exec(text.trim())
  const unit = match?.groups?.['unit']
  if (!match || !isUnit(unit)) return undefined
  return Math.round(Number(match.groups?.['amount']) * UNITS[unit])
}

/** Writes a duration for a glance: `0:42`, `12:05`, `1:02:03`. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const [hours = 0, minutes = 0, rest = 0] = parts
  const tail = String(rest).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

const isUnit = (text: string | undefined): text is keyof typeof UNITS => text !== undefined && text in UNITS
