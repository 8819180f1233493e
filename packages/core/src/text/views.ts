// The views of a transcript. What is stored stays what the source gave; each view is made from it when it is asked for.
import type { Segment } from '../transcript.ts'
import { deroll } from './deroll.ts'
import { paragraphs } from './paragraphs.ts'
import { sentences } from './sentences.ts'

export type TextView = (typeof TEXT_VIEWS)[number]

/**
 * - `segments`: as they are stored.
 * - `derolled`: what was only shown again is taken out; see {@link deroll}.
 * - `sentences`: of what is derolled; see {@link sentences}.
 * - `paragraphs`: of what is derolled; see {@link paragraphs}.
 */
export const TEXT_VIEWS = ['segments', 'derolled', 'sentences', 'paragraphs'] as const

/**
 * The segments of a view.
 *
 * @example
 * ```ts
 * const spoken = viewOf(decodeSegments(transcript.data), 'sentences')
 * for (const { text, startMs } of spoken) console.log(startMs, text)
 * ```
 */
export function viewOf(segments: Iterable<Segment>, view: TextView): Iterable<Segment> {
  switch (view) {
    case 'segments':
      return segments
    case 'derolled':
      return deroll(segments)
    case 'sentences':
      return sentences(deroll(segments))
    case 'paragraphs':
      return paragraphs(deroll(segments))
  }
}
