// The body of a caption track, in whichever of YouTube's formats it comes: the format that was asked for is a wish.
import type { Segment } from '@ytscriptify/core'
import {
  FORMATTING_TAGS,
  closingTags,
  decodeEntities,
  openingTags,
  readJson3,
  tidySegments,
  tidyTags,
  type PenTag,
} from '@ytscriptify/core/timed-text'
import { MarkupError, readMarkup } from './markup.ts'

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
  if (text.startsWith('{')) {
    const rows = readJson3(text, { keepFormatting })
    return rows && { format: 'json3', rows }
  }
  return text.startsWith('<') ? readXml(text, { keepFormatting }) : undefined
}

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
  rowOf(attributes: Attributes, text: string, options: Required<ReadOptions>): Segment
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
  const rows: Segment[] = []
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
  return format && { format: format.format, rows: tidySegments(rows) }
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
