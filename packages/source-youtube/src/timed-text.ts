// The body of a caption track, in whichever of YouTube's formats it comes: the format that was asked for is a wish.
import type { Segment } from '@ytscriptify/core'
import { z } from 'zod'
import { decodeEntities } from './entities.ts'
import { FORMATTING_TAGS, closingTags, openingTags, tidyTags, type PenTag } from './formatting.ts'
import { MarkupError, readMarkup } from './markup.ts'
import { parseJson } from './parse-json.ts'

export interface TimedText {
  /** `srv3`: XML, milliseconds. `classic`: XML, seconds, text escaped twice. `json3`: JSON, milliseconds. */
  readonly format: 'srv3' | 'classic' | 'json3'
  /** Rows with text, in their order. */
  readonly rows: readonly Segment[]
}

export interface ReadOptions {
  /** Keeps bold and italic type as tags in the text. @default false */
  readonly keepFormatting?: boolean
}

/** @returns `undefined` when the body is none of the formats, or not whole. */
export function readTimedText(body: string, { keepFormatting = false }: ReadOptions = {}): TimedText | undefined {
  const text = body.trimStart()
  if (text.startsWith('{')) return readJson3(text, { keepFormatting })
  return text.startsWith('<') ? readXml(text, { keepFormatting }) : undefined
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

function readXml(xml: string, options: Required<ReadOptions>): TimedText | undefined {
  try {
    return rowsOfXml(xml, options)
  } catch (error) {
    if (error instanceof MarkupError) return undefined
    throw error
  }
}

type Attributes = ReadonlyMap<string, string>

interface XmlFormat {
  readonly format: 'srv3' | 'classic'
  /** The name of a row. */
  readonly element: string
  rowOf(attributes: Attributes, text: string, options: Required<ReadOptions>): Row
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
      rowOf: (attributes, text, { keepFormatting }) => ({
        text: keepFormatting ? formattedTextOf(text) : plainTextOf(text),
        startMs: Number(attributes.get('start') ?? 0) * 1000,
        durationMs: Number(attributes.get('dur') ?? 0) * 1000,
      }),
    },
  ],
])

/** All text inside a row belongs to it: beside and inside of its words, and a line break for each `<br>`. */
function rowsOfXml(xml: string, options: Required<ReadOptions>): TimedText | undefined {
  const rows: Row[] = []
  const pens = new Map<string, readonly PenTag[]>()
  // What the elements that are open look like, from the outside in. Only inside of a row.
  const styles: (readonly PenTag[])[] = []
  let format: XmlFormat | undefined
  let depth = 0
  let row: { attributes: Attributes; text: string; depth: number } | undefined
  for (const event of readMarkup(xml)) {
    if (event.type === 'open') {
      const { name, attributes } = event
      depth += 1
      format ??= XML_FORMATS.get(name)
      if (!format) return undefined
      if (name === 'pen') pens.set(attributes.get('id') ?? '', penTagsOf(attributes))
      if (row && name === 'br') row.text += '\n'
      if (!row && name === format.element) row = { attributes, text: '', depth }
      if (!row || !options.keepFormatting) continue
      const style = pens.get(attributes.get('p') ?? '') ?? []
      styles.push(style)
      row.text += openingTags(style)
    } else if (event.type === 'text') {
      if (row) row.text += event.raw ? event.text : decodeEntities(event.text)
    } else {
      if (row && options.keepFormatting) row.text += closingTags(styles.pop() ?? [])
      if (format && row?.depth === depth) {
        const { attributes, text } = row
        rows.push(format.rowOf(attributes, options.keepFormatting ? tidyTags(text) : text, options))
        row = undefined
      }
      depth -= 1
    }
  }
  return format && { format: format.format, rows: tidy(rows) }
}

const penTagsOf = (pen: Attributes): PenTag[] => (['b', 'i'] as const).filter((attribute) => pen.get(attribute) === '1')

/**
 * The text of a classic row is HTML that was escaped once more: `it&amp;#39;s &lt;i>not&lt;/i>`. Tags go last, since
 * their brackets may come escaped once or twice.
 */
const plainTextOf = (html: string): string => decodeEntities(html).replace(TAG, '')

const formattedTextOf = (html: string): string =>
  tidyTags(
    decodeEntities(html).replace(TAG, (tag, name: string) => (FORMATTING_TAGS.has(name.toLowerCase()) ? tag : '')),
  )

// No "<" inside, so that a text full of them takes linear time; and "1 < 2" is no tag.
const TAG = /<\/?([a-zA-Z][a-zA-Z\d]*)[^<>]*>/g

function readJson3(json: string, { keepFormatting }: Required<ReadOptions>): TimedText | undefined {
  const parsed = json3.safeParse(parseJson(json))
  if (!parsed.success) return undefined
  const { events, pens } = parsed.data
  const styleOf = (penId: number | undefined): PenTag[] => {
    const pen = keepFormatting && penId !== undefined ? pens[penId] : undefined
    return [...(pen?.bAttr === 1 ? (['b'] as const) : []), ...(pen?.iAttr === 1 ? (['i'] as const) : [])]
  }
  const rows = events.map(({ tStartMs, dDurationMs, segs, pPenId }) => {
    const texts = segs.map(({ utf8, pPenId: own = pPenId }) => {
      const style = styleOf(own)
      return openingTags(style) + utf8 + closingTags(style)
    })
    const text = texts.join('')
    return { text: keepFormatting ? tidyTags(text) : text, startMs: tStartMs, durationMs: dDurationMs }
  })
  return { format: 'json3', rows: tidy(rows) }
}

/** What is not known of a pen is no reason to lose the text. */
const flag = z.number().optional().catch(undefined)

const json3 = z.object({
  pens: z
    .array(z.object({ bAttr: flag, iAttr: flag }).catch({}))
    .default([])
    .catch([]),
  events: z.array(
    z.object({
      tStartMs: z.number().default(0),
      dDurationMs: z.number().default(0),
      pPenId: flag,
      segs: z.array(z.object({ utf8: z.string().default(''), pPenId: flag })).default([]),
    }),
  ),
})
