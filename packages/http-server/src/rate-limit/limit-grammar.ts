// How limits are written: `100/hour`, `100 per hour`, `10/5 minutes`, several joined by `;`, `,` or `|`. It is the
// grammar of flask-limiter, so that configurations which were written for it keep their meaning.
// https://limits.readthedocs.io/en/stable/quickstart.html#rate-limit-string-notation

/** So many requests in a window of time. */
export interface Limit {
  readonly amount: number
  readonly windowMs: number
  /** What distinguishes it from the other limits of the same text: `hour`, `5-minute`. */
  readonly name: string
}

/** Turns a limit off. */
const OFF = 'off'

/**
 * Reads a list of limits; `off` is none. Upper and lower case are the same, and so are singular and plural.
 *
 * @param subject - Whose limit it is, for the message: `READ_LIMIT`.
 * @throws {RangeError} which names the part that is no limit, and shows how one is written.
 */
export function parseLimits(text: string, subject = 'limit'): readonly Limit[] {
  if (text.trim().toLowerCase() === OFF) return []
  const limits = text.split(/[;,|]/).map((part) => parseLimit(part, { text, subject }))
  for (const [index, { windowMs }] of limits.entries())
    if (limits.findIndex((other) => other.windowMs === windowMs) !== index)
      throw badLimit(subject, text, 'it limits the same time twice')
  return limits
}

interface LimitSource {
  readonly text: string
  readonly subject: string
}

function parseLimit(part: string, { text, subject }: LimitSource): Limit {
  const [, amountText, multipleText = '1', unitText] = LIMIT.exec(part) ?? []
  const unit = UNITS.find(([name]) => name === unitText?.toLowerCase())
  if (!unit) throw badLimit(subject, text, part.trim() === '' ? 'a part of it is empty' : `of "${part.trim()}"`)
  const [unitName, unitMs] = unit
  const amount = Number(amountText)
  const multiple = Number(multipleText)
  if (amount < 1 || multiple < 1) throw badLimit(subject, text, `0 is no amount; "${OFF}" takes a limit away`)
  if (amount > MOST || multiple * unitMs > LONGEST_MS) throw badLimit(subject, text, 'a number in it is too large')
  return { amount, windowMs: multiple * unitMs, name: multiple === 1 ? unitName : `${multiple}-${unitName}` }
}

const LIMIT = /^\s*(\d+)\s*(?:\/|\s+per\s+)\s*(?:(\d+)\s*)?(second|minute|hour|day|month|year)s?\s*$/i

const SECOND = 1_000
const DAY = 24 * 60 * 60 * SECOND

/** A month has 30 days and a year 12 of them, as in flask-limiter. */
const UNITS = [
  ['second', SECOND],
  ['minute', 60 * SECOND],
  ['hour', 60 * 60 * SECOND],
  ['day', DAY],
  ['month', 30 * DAY],
  ['year', 360 * DAY],
] as const satisfies readonly (readonly [string, number])[]

/** The largest integer of a structured field has 15 digits. https://www.rfc-editor.org/rfc/rfc9651#name-integers */
const MOST = 999_999_999_999_999

/** So that the milliseconds stay exact, whatever a store keeps them in. */
const LONGEST_MS = 100 * 360 * DAY

const badLimit = (subject: string, text: string, what: string): RangeError =>
  new RangeError(
    `${subject}: "${text}" is not a list of limits: ${what}. ` +
      'Write 100/hour, 10 per 5 minutes, or several as 1/second;100/day.',
  )
