// What a query may say of the text that is wanted: which part, and how it is put together.
import {
  CHUNK_SIZES,
  TEXT_VIEWS,
  parseMoment,
  textOptionIssues,
  type ChunkOptions,
  type TextFormat,
  type TextOptionPlace,
  type TextSelection,
  type TextView,
} from '@ytscriptify/core/text'
import { z } from 'zod'
import { invalid } from '../problem.ts'
import { wholeNumberBetween } from '../whole-number.ts'

const moment = z
  .string()
  .refine((text) => parseMoment(text) !== undefined, 'Give seconds (90.5), a clock (1:02:03) or 1h2m3s')
  .optional()

export const textParameters = {
  view: z
    .enum(TEXT_VIEWS)
    .optional()
    .meta({
      description:
        'What the segments are: as stored, without what rolling captions show twice, or sentences or paragraphs of that. ' +
        'By default `segments` in json, jsonl and csv, `derolled` in txt, srt and vtt, `paragraphs` in md, and `sentences` for chunks.',
    }),
  start: moment.meta({ description: 'Only what is heard from this moment on.', example: '1:30' }),
  end: moment.meta({ description: 'Only what is heard before this moment.', example: '150' }),
  chunk_seconds: wholeNumberBetween(CHUNK_SIZES.seconds).optional().meta({
    description: 'Chunks for retrieval instead of segments, of so many seconds at most; in json and jsonl.',
  }),
  chunk_tokens: wholeNumberBetween(CHUNK_SIZES.tokens).optional().meta({
    description: 'The same, of so many tokens at most, which are estimated.',
  }),
  chunk_overlap: wholeNumberBetween({ least: 0, most: CHUNK_SIZES.tokens.most / 2 })
    .optional()
    .meta({
      description: 'How much of the end of a chunk the next one repeats, up to half of its size.',
    }),
}

/** What is read of them. */
export interface TextQuery {
  readonly view?: TextView | undefined
  readonly start?: string | undefined
  readonly end?: string | undefined
  readonly chunk_seconds?: number | undefined
  readonly chunk_tokens?: number | undefined
  readonly chunk_overlap?: number | undefined
}

/**
 * What a query asks for.
 *
 * @param formats - The formats that were asked for by name.
 * @throws {HttpProblem} `invalid_input` for what does not go together.
 */
export function selectionOf(query: TextQuery, formats: readonly TextFormat[]): TextSelection {
  const startMs = query.start === undefined ? undefined : parseMoment(query.start)
  const endMs = query.end === undefined ? undefined : parseMoment(query.end)
  const chunks = chunksOf(query)
  const selection = {
    ...(query.view && { view: query.view }),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    ...(chunks && { chunks }),
  }
  const [format, ...others] = formats
  const issues = [
    ...textOptionIssues({ ...selection, ...(format && { format }) }),
    ...others.flatMap((other) => textOptionIssues({ ...selection, format: other })),
  ]
  if (issues.length === 0) return selection
  throw invalid(
    issues.map(({ place, message }) => ({ path: [parameterOf(place, query)], code: 'invalid_input', message })),
  )
}

function chunksOf(query: TextQuery): ChunkOptions | undefined {
  const { chunk_seconds: seconds, chunk_tokens: tokens, chunk_overlap: overlap = 0 } = query
  if (seconds !== undefined && tokens !== undefined)
    throw badParameter('chunk_tokens', 'Chunks are measured in seconds or in tokens: give one of both')
  if (seconds !== undefined) return { unit: 'seconds', size: seconds, overlap }
  if (tokens !== undefined) return { unit: 'tokens', size: tokens, overlap }
  if (query.chunk_overlap === undefined) return undefined
  throw badParameter('chunk_overlap', 'Only chunks overlap: give chunk_seconds or chunk_tokens too')
}

export const badParameter = (name: string, message: string) =>
  invalid([{ path: [name], code: 'invalid_input', message }])

function parameterOf(place: TextOptionPlace, { chunk_tokens: tokens }: TextQuery): string {
  switch (place) {
    case 'startMs':
      return 'start'
    case 'endMs':
      return 'end'
    case 'overlap':
      return 'chunk_overlap'
    case 'chunks':
      return tokens === undefined ? 'chunk_seconds' : 'chunk_tokens'
    case 'format':
      return 'format'
  }
}

/** What makes one selection another answer than the next, as a part of its tag. */
export const selectionKey = ({ view, startMs, endMs, chunks }: TextSelection): string =>
  [view, startMs, endMs, chunks?.unit, chunks?.size, chunks?.overlap].map((part) => part ?? '').join('.')
