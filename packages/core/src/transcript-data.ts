// The stored form of a transcript's text: serialised once when it is settled, passed on as text afterwards.
import type { Segment } from './transcript.ts'

const PREFIX = '{"format":1,"segments":'
const SUFFIX = '}'

/**
 * Serialises segments to the text that storages keep. Keys are those of the HTTP API, so that it can be sent as it is.
 *
 * By hand, since every segment of every video passes here: it takes four fifths of the time of `JSON.stringify`.
 */
export function encodeSegments(segments: readonly Segment[]): string {
  const pieces: (string | number)[] = [PREFIX, '[']
  let before = '{"text":'
  for (const { text, startMs, durationMs } of segments) {
    pieces.push(before, quoted(text), ',"start_ms":', startMs, ',"duration_ms":', durationMs, '}')
    before = ',{"text":'
  }
  pieces.push(']', SUFFIX)
  return pieces.join('')
}

const quoted = (text: string): string => (NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text))

/** Neither control characters, quotes, backslashes nor the halves of surrogate pairs, of which single ones are escaped. */
const NEEDS_NO_ESCAPE = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/

/** The JSON array of segments inside a stored text, without parsing it. */
export function segmentsJsonOf(data: string): string {
  if (!data.startsWith(PREFIX) || !data.endsWith(SUFFIX)) throw new Error('Stored transcript data is not of format 1.')
  return data.slice(PREFIX.length, -SUFFIX.length)
}

/** Reads the segments of a stored text. */
export function decodeSegments(data: string): Segment[] {
  const rows: unknown = JSON.parse(segmentsJsonOf(data))
  if (!Array.isArray(rows)) throw new TypeError('Stored transcript data has no list of segments.')
  return rows.map((row: unknown, index) => {
    if (!isStoredSegment(row)) throw new TypeError(`Stored transcript data has no valid segment ${index}.`)
    return { text: row.text, startMs: row.start_ms, durationMs: row.duration_ms }
  })
}

interface StoredSegment {
  readonly text: string
  readonly start_ms: number
  readonly duration_ms: number
}

/** By hand, since it looks at every segment of a ten-hour video: a schema takes twice as long as the JSON itself. */
const isStoredSegment = (row: unknown): row is StoredSegment =>
  typeof row === 'object' &&
  row !== null &&
  'text' in row &&
  typeof row.text === 'string' &&
  'start_ms' in row &&
  typeof row.start_ms === 'number' &&
  'duration_ms' in row &&
  typeof row.duration_ms === 'number'
