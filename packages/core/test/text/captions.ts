// Captions as they come: builders for the tests of texts.
import type { Segment } from '../../src/transcript.ts'

export const segment = (text: string, startMs = 0, durationMs = 1_000): Segment => ({ text, startMs, durationMs })

/** One after the other, of two seconds each. */
export const following = (...texts: readonly string[]): Segment[] =>
  texts.map((text, index) => segment(text, index * 2_000, 2_000))

/** Spoken lines as YouTube's WebVTT shows generated captions: each below the one before, then alone for 10 ms. */
export const rolling = (lines: readonly string[]): Segment[] =>
  lines.flatMap((line, index) => {
    const before = lines[index - 1]
    const text = before === undefined ? line : `${before}\n${line}`
    return [segment(text, index * 2_000, 1_990), segment(line, index * 2_000 + 1_990, 10)]
  })

export const textsOf = (segments: Iterable<Segment>): string[] => [...segments].map(({ text }) => text)

/** The words in their order, whatever stands between them. */
export const wordsOf = (segments: Iterable<Segment>): string[] =>
  textsOf(segments).flatMap((text) => text.split(/\s+/).filter((word) => word !== ''))

/** The characters in their order, without any space: scripts differ in where they put it. */
export const charactersOf = (segments: Iterable<Segment>): string => textsOf(segments).join('').replace(/\s/g, '')

export const ADDRESS = [
  'four score and seven years ago our',
  'fathers brought forth on this continent',
  'a new nation conceived in Liberty and',
  'dedicated to the proposition that all',
  'men are created equal',
]
