// Sizes as people write them: `64MB`, `512 kB`, `1048576`.

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const

/** A unit is a power of 1024, as in the configuration of nginx. @returns bytes, or `undefined` when it is not a size. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(?<amount>\d{1,12}) ?(?:(?<unit>[kmg])(?:i?b)?|b)?$/i.exec(text.trim())
  const unit = match?.groups?.['unit']?.toLowerCase() ?? ''
  if (!match || !isUnit(unit)) return undefined
  return Number(match.groups?.['amount']) * UNITS[unit]
}

const isUnit = (text: string): text is keyof typeof UNITS => text in UNITS
