// Sentences as paragraphs, to be read.
import type { Segment } from '../transcript.ts'
import { joinedFlow } from './lines.ts'
import { endOf } from './segment-times.ts'
import { SENTENCE_DEFAULTS, beginsSpeaker, isSound, sentences } from './sentences.ts'

export interface ParagraphOptions {
  /**
   * A silence of so many milliseconds ends a paragraph.
   *
   * @default 3000
   */
  readonly pauseMs?: number
  /**
   * A paragraph has as many whole sentences as fit in so many characters, and one at least.
   *
   * @default 700
   */
  readonly maxCharacters?: number
}

/**
 * Yields one segment for each paragraph: the {@link sentences} of one speaker without a pause between.
 *
 * Sounds, and the lines of a song, are paragraphs of their own, as many together as follow each other.
 *
 * @param segments - In the order of time, without doubled words; see {@link deroll}.
 * @example
 * ```ts
 * const captions = ['It is done. It', 'is good.', '>> Is it?'].map((text, n) => ({ text, startMs: n * 900, durationMs: 900 }))
 * [...paragraphs(captions)].map(({ text }) => text) // ['It is done. It is good.', '>> Is it?']
 * ```
 */
export function* paragraphs(segments: Iterable<Segment>, options: ParagraphOptions = {}): Generator<Segment> {
  const { pauseMs = SENTENCE_DEFAULTS.pauseMs, maxCharacters = 700 } = options
  let parts: Segment[] = []
  let length = 0
  for (const sentence of sentences(segments, { pauseMs })) {
    const last = parts.at(-1)
    const isOver =
      last !== undefined &&
      (beginsSpeaker(sentence.text) ||
        isSound(sentence.text) !== isSound(last.text) ||
        sentence.startMs - endOf(last) >= pauseMs ||
        length + sentence.text.length > maxCharacters)
    if (isOver) {
      yield paragraphOf(parts)
      parts = []
      length = 0
    }
    parts.push(sentence)
    length += sentence.text.length + 1
  }
  if (parts.length > 0) yield paragraphOf(parts)
}

function paragraphOf(parts: readonly Segment[]): Segment {
  const startMs = parts[0]?.startMs ?? 0
  const endMs = parts.reduce((latest, part) => Math.max(latest, endOf(part)), startMs)
  return { text: joinedFlow(parts.map(({ text }) => text)), startMs, durationMs: endMs - startMs }
}
