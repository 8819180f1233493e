// What chunks are measured in.
import type { Segment } from '../transcript.ts'
import { tokenWeightOf } from './estimate-tokens.ts'
import { timeAt } from './segment-times.ts'

export type ChunkUnit = keyof typeof CHUNK_UNITS

/** Measures the text of a segment from one offset to another. */
export type Ruler = (start: number, end: number) => number

interface Unit {
  readonly sizeOf: (segment: Segment) => number
  /** The same for parts of one segment, each in no time. */
  readonly rulerOf: (segment: Segment) => Ruler
}

export const CHUNK_UNITS = {
  seconds: {
    sizeOf: ({ durationMs }) => durationMs / 1_000,
    rulerOf: (segment) => (start, end) => (timeAt(segment, end) - timeAt(segment, start)) / 1_000,
  },
  tokens: {
    sizeOf: ({ text }) => tokenWeightOf(text) + SPACE,
    rulerOf({ text }) {
      const sums = new Float64Array(text.length + 1)
      let sum = 0
      let offset = 0
      for (const character of text) {
        sum += tokenWeightOf(character)
        offset += character.length
        sums[offset] = sum
      }
      return (start, end) => (sums[end] ?? 0) - (sums[start] ?? 0) + SPACE
    },
  },
} as const satisfies Record<string, Unit>

/** What stands between a text and the next. */
const SPACE = tokenWeightOf(' ')
