// YouTube's JSON of captions, in milliseconds: https://www.youtube.com/api/timedtext?…&fmt=json3
import { z } from 'zod'
import type { Segment } from '../transcript.ts'
import { closingTags, openingTags, tidyTags, type PenTag } from './formatting.ts'
import type { ReadOptions } from './read-options.ts'
import { tidySegments } from './tidy-segments.ts'

/** Reads captions in YouTube's format json3. @returns `undefined` when it is none, or not whole. */
export function readJson3(json: string, { keepFormatting = false }: ReadOptions = {}): Segment[] | undefined {
  const parsed = json3.safeParse(parseJson(json))
  if (!parsed.success) return undefined
  const { events, pens } = parsed.data
  const styleOf = (penId: number | undefined): PenTag[] => {
    const pen = keepFormatting && penId !== undefined ? pens[penId] : undefined
    return [...(pen?.bAttr === 1 ? (['b'] as const) : []), ...(pen?.iAttr === 1 ? (['i'] as const) : [])]
  }
  const segments = events.map(({ tStartMs, dDurationMs, segs, pPenId }) => {
    const texts = segs.map(({ utf8, pPenId: own = pPenId }) => {
      const style = styleOf(own)
      return openingTags(style) + utf8 + closingTags(style)
    })
    const text = texts.join('')
    return { text: keepFormatting ? tidyTags(text) : text, startMs: tStartMs, durationMs: dDurationMs }
  })
  return tidySegments(segments)
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
