// The body of a caption track, in whichever of YouTube's formats it comes: the format that was asked for is a wish.
import type { Segment } from '@ytscriptify/core'
import { decodeEntities, readJson3, tidySegments } from '@ytscriptify/core/timed-text'
import { MarkupError, readMarkup } from './markup.ts'

export interface TimedText {
  /** `srv3`: XML, milliseconds. `classic`: XML, seconds, text escaped twice. `json3`: JSON, milliseconds. */
  readonly format: 'srv3' | 'classic' | 'json3'
  /** Rows with text, in their order. */
  readonly rows: readonly Segment[]
}

/** @returns `undefined` when the body is none of the formats, or not whole. */
export function readTimedText(body: string): TimedText | undefined {
  const text = body.trimStart()
  if (text.startsWith('{')) {
    const rows = readJson3(text)
    return rows && { format: 'json3', rows }
  }
  return text.startsWith('<') ? readXml(text) : undefined
}

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
  rowOf(attributes: ReadonlyMap<string, string>, text: string): Segment
}

/** All text inside a row belongs to it: beside and inside of its words, and a line break for each `<br>`. */
function rowsOfXml(xml: string): TimedText | undefined {
  const rows: Segment[] = []
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
  return format && { format: format.format, rows: tidySegments(rows) }
}

/**
 * The text of a classic row is HTML that was escaped once more: `it&amp;#39;s &lt;i>not&lt;/i>`. Tags go last, since
 * their brackets may come escaped once or twice.
 */
const plainTextOf = (html: string): string => decodeEntities(html).replace(TAG, '')

// No "<" inside, so that a text full of them takes linear time; and "1 < 2" is no tag.
const TAG = /<\/?[a-zA-Z][^<>]*>/g
