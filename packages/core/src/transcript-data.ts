// The stored form of a transcript's text: serialised once when it is settled, passed on as text afterwards.
import { z } from 'zod'
import type { Segment } from './transcript.ts'

const PREFIX = '{"format":1,"segments":'
const SUFFIX = '}'

/** Serialises segments to the text that storages keep. Keys are those of the HTTP API, so that it can be sent as it is. */
export function encodeSegments(segments: readonly Segment[]): string {
  const rows = segments.map(({ text, startMs, durationMs }) => ({ text, start_ms: startMs, duration_ms: durationMs }))
  return PREFIX + JSON.stringify(rows) + SUFFIX
}

/** The JSON array of segments inside a stored text, without parsing it. */
export function segmentsJsonOf(data: string): string {
  if (!data.startsWith(PREFIX) || !data.endsWith(SUFFIX)) throw new Error('Stored transcript data is not of format 1.')
  return data.slice(PREFIX.length, -SUFFIX.length)
}

const storedSegments = z.array(z.object({ text: z.string(), start_ms: z.number(), duration_ms: z.number() }))

/** Reads the segments of a stored text. */
export function decodeSegments(data: string): Segment[] {
  const rows = storedSegments.parse(JSON.parse(segmentsJsonOf(data)))
  return rows.map((row) => ({ text: row.text, startMs: row.start_ms, durationMs: row.duration_ms }))
}
