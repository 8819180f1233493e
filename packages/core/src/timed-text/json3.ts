// YouTube's JSON of captions, in milliseconds: https://www.youtube.com/api/timedtext?…&fmt=json3
import { z } from 'zod'
import type { Segment } from '../transcript.ts'
import { tidySegments } from './tidy-segments.ts'

/** Reads captions in YouTube's format json3. @returns `undefined` when it is none, or not whole. */
export function readJson3(json: string): Segment[] | undefined {
  const parsed = json3.safeParse(parseJson(json))
  if (!parsed.success) return undefined
  const segments = parsed.data.events.map(({ tStartMs, dDurationMs, segs }) => ({
    text: segs.map(({ utf8 }) => utf8).join(''),
    startMs: tStartMs,
    durationMs: dDurationMs,
  }))
  return tidySegments(segments)
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
