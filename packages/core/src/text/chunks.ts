// A transcript in chunks for retrieval: as much text as a model takes in, and the moment at which it is said.
import type { Segment } from '../transcript.ts'
import { CHUNK_UNITS, type ChunkUnit } from './chunk-units.ts'
import { divided } from './divide.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { flowed, joinedFlow } from './lines.ts'
import { endOf } from './segment-times.ts'

export interface ChunkOptions {
  /** What `size` and `overlap` count: seconds of the video, or tokens as {@link estimateTokens} guesses them. */
  readonly unit: ChunkUnit
  /** How much a chunk holds at most: from 1 to 86,400 seconds, or from 16 to 100,000 tokens. */
  readonly size: number
  /**
   * How much of the end of a chunk the next one repeats at most, so that what is said across a border is found: up to half of
   * `size`, in whole segments.
   *
   * @default 0
   */
  readonly overlap?: number
}

/** Some segments as one text. */
export interface Chunk extends Segment {
  /** As {@link estimateTokens} guesses them. */
  readonly tokens: number
}

/** What `size` may be. */
export const CHUNK_SIZES = {
  seconds: { least: 1, most: 86_400 },
  tokens: { least: 16, most: 100_000 },
} as const satisfies Record<ChunkUnit, { readonly least: number; readonly most: number }>

/**
 * Yields chunks of whole segments, none larger than `size`; only a segment that is larger itself is divided, between words.
 * Every segment is in a chunk, in its order. A chunk begins when its first segment does.
 *
 * @param segments - In the order of time; {@link sentences} of them make chunks that end where a thought does.
 * @example
 * ```ts
 * const captions = [0, 1, 2].map((n) => ({ text: `word${n}`, startMs: n * 60_000, durationMs: 60_000 }))
 * const found = [...chunks(captions, { unit: 'seconds', size: 120, overlap: 60 })]
 * found.map(({ text }) => text) // ['word0 word1', 'word1 word2']
 * ```
 */
export function* chunks(segments: Iterable<Segment>, { unit, size, overlap = 0 }: ChunkOptions): Generator<Chunk> {
  let held: Part[] = []
  for (const part of partsOf(segments, { unit, size })) {
    const [first] = held
    if (first && part.to - first.from > size) {
      yield chunkOf(held)
      const end = held.at(-1)?.to ?? part.from
      held = overlap === 0 ? [] : held.filter(({ from }) => end - from <= overlap && part.to - from <= size)
    }
    held.push(part)
  }
  if (held.length > 0) yield chunkOf(held)
}

/** A segment on the scale that a chunk is measured on. */
interface Part {
  readonly segment: Segment
  readonly from: number
  readonly to: number
}

function* partsOf(segments: Iterable<Segment>, { unit, size }: Pick<ChunkOptions, 'unit' | 'size'>): Generator<Part> {
  const { sizeOf } = CHUNK_UNITS[unit]
  let tokens = 0
  for (const { text, startMs, durationMs } of segments) {
    for (const segment of divided({ text: flowed(text), startMs, durationMs }, { unit, size })) {
      // Time passes between segments too.
      const from = unit === 'seconds' ? segment.startMs / 1_000 : tokens
      const to = from + sizeOf(segment)
      tokens = to
      yield { segment, from, to }
    }
  }
}

function chunkOf(parts: readonly Part[]): Chunk {
  const segments = parts.map(({ segment }) => segment)
  const startMs = segments[0]?.startMs ?? 0
  const endMs = segments.reduce((latest, segment) => Math.max(latest, endOf(segment)), startMs)
  const text = joinedFlow(segments.map((segment) => segment.text))
  return { text, startMs, durationMs: endMs - startMs, tokens: estimateTokens(text) }
}
