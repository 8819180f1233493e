// The body of a caption track, in whichever of YouTube's formats it comes: the format that was asked for is a wish.
import type { Segment } from '@ytscriptify/core'
import { z } from 'zod'
import { decodeEntities } from './entities.ts'
import { MarkupError, readMarkup } from './markup.ts'
import { parseJson } from './parse-json.ts'

export interface TimedText {
  /** `srv3`: XML, milliseconds. `classic`: XML, seconds, text escaped twice. `json3`: JSON, milliseconds. */
  readonly format: 'srv3' | 'classic' | 'json3'
  /** Rows with text, in their order. */
  readonly rows: readonly Segment[]
}

/** @returns `undefined` when the body is none of the formats, or not whole. */
export function readTimedText(body: string): TimedText | undefined {
  const text = body.trimStart()
  if (text.startsWith('{')) return readJson3(text)
  return text.startsWith('<') ? readXml(text) : undefined
}

interface Row {
  readonly text: string
  readonly startMs: number
  readonly durationMs: number
}

/** Whole milliseconds that every store can keep, and no rows that are there only for layout. */
const tidy = (rows: readonly Row[]): Segment[] =>
  rows
    .map((row) => ({ text: row.text.trim(), startMs: whole(row.startMs), durationMs: whole(row.durationMs) }))
    .filter((row) => row.text !== '')

const whole = (ms: number): number =>
  Number.isFinite(ms) ? Math.min(Math.max(0, Math.round(ms)), Number.MAX_SAFE_INTEGER) : 0

function readXml(xml: string): TimedText | undefined {
  try {
    return rowsOfXml(xml)
  } catch (error) {
    if (error instanceof MarkupError) return undefined
    throw error
  }
}

const XML_FORMATS = new Map<string, XmlFormat>([
  [
    'timedtext',
    {
      format: 'srv3',
      element: 'p',
      rowOf: (attributes, text) => ({
        text,
        startMs: Number(attributes.get('t') ?? 0),
        durationMs: Number(attributes.get('d') ?? 0),
      }),
    },
  ],
  [
    'transcript',
    {
      format: 'classic',
      element: 'text',
      rowOf: (attributes, text) => ({
        text: plainTextOf(text),
        startMs: Number(attributes.get('start') ?? 0) * 1000,
        durationMs: Number(attributes.get('dur') ?? 0) * 1000,
      }),
    },
  ],
])

interface XmlFormat {
  readonly format: 'srv3' | 'classic'
  readonly element: string
  rowOf(attributes: ReadonlyMap<string, string>, text: string): Row
}

/** All text inside a row belongs to it: beside and inside of its words, and a line break for each `<br>`. */
function rowsOfXml(xml: string): TimedText | undefined {
  const rows: Row[] = []
  let format: XmlFormat | undefined
  let depth = 0
  let row: { attributes: ReadonlyMap<string, string>; text: string; depth: number } | undefined
  for (const event of readMarkup(xml)) {
    if (event.type === 'open') {
      depth += 1
      format ??= XML_FORMATS.get(event.name)
      if (!format) return undefined
      if (row && event.name === 'br') row.text += '\n'
      if (!row && event.name === format.element) row = { attributes: event.attributes, text: '', depth }
    } else if (event.type === 'text') {
      if (row) row.text += event.raw ? event.text : decodeEntities(event.text)
    } else {
      if (format && row?.depth === depth) {
        rows.push(format.rowOf(row.attributes, row.text))
        row = undefined
      }
      depth -= 1
    }
  }
  return format && { format: format.format, rows: tidy(rows) }
}

/**
 * The text of a classic row is HTML that was escaped once more: `it&amp;#39;s &lt;i>not&lt;/i>`. Tags go last, since
 * their brackets may come escaped once or twice.
 */
const plainTextOf = (html: string): string => decodeEntities(html).replace(TAG, '')

// No "<" inside, so that a text full of them takes linear time; and "1 < 2" is no tag.
const TAG = /<\/?[a-zA-Z][^<>]*>/g

function readJson3(json: string): TimedText | undefined {
  const parsed = json3.safeParse(parseJson(json))
  if (!parsed.success) return undefined
  const rows = parsed.data.events.map(({ tStartMs, dDurationMs, segs }) => ({
    text: segs.map(({ utf8 }) => utf8).join(''),
    startMs: tStartMs,
    durationMs: dDurationMs,
  }))
  return { format: 'json3', rows: tidy(rows) }
}

const json3 = z.object({
  events: z.array(
    z.object({
      tStartMs: z.number().default(0),
      dDurationMs: z.number().default(0),
      segs: z.array(z.object({ utf8: z.string().default('') })).default([]),
    }),
  ),
})
