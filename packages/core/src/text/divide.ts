// One segment as several, where it is too large to stay whole.
import type { Segment } from '../transcript.ts'
import { CHUNK_UNITS, type ChunkUnit, type Ruler } from './chunk-units.ts'
import { timeAt } from './segment-times.ts'

export interface DivideOptions {
  readonly unit: ChunkUnit
  /** How large a part may be. */
  readonly size: number
}

/**
 * The segment itself where it is not too large; else parts of it, between words, or inside of a word that is too large
 * itself. Each has the share of the time that it has of the characters.
 */
export function* divided(segment: Segment, { unit, size }: DivideOptions): Generator<Segment> {
  const { sizeOf, rulerOf } = CHUNK_UNITS[unit]
  if (sizeOf(segment) <= size) {
    yield segment
    return
  }
  const measure = rulerOf(segment)
  let start = 0
  let end = 0
  for (const piece of piecesOf(segment.text, { measure, size })) {
    if (end > start && measure(start, end + piece.length) > size) {
      yield* shown(cut(segment, start, end))
      start = end
    }
    end += piece.length
  }
  yield* shown(cut(segment, start, end))
}

/** Words with the space behind them; what a word consists of, where it is too large. */
function* piecesOf(text: string, { measure, size }: { measure: Ruler; size: number }): Generator<string> {
  for (const { 0: word, index } of text.matchAll(/\S*\s*/g)) {
    if (measure(index, index + word.length) <= size) yield word
    else yield* smallerPiecesOf(word, { measure: (start, end) => measure(index + start, index + end), size })
  }
}

/** Words of scripts that put no spaces between them; characters, where one is too large itself. */
function* smallerPiecesOf(text: string, { measure, size }: { measure: Ruler; size: number }): Generator<string> {
  let at = 0
  for (const window of text.match(WINDOW) ?? []) {
    for (const { segment: word, index } of WORDS.segment(window)) {
      if (measure(at + index, at + index + word.length) <= size) yield word
      else yield* word
    }
    at += window.length
  }
}

/** In code points. With each word that it finds, the segmenter of Node.js 20 copies the text that it looks at. */
const WINDOW = /.{1,500}/gsu

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })

const cut = (segment: Segment, start: number, end: number): Segment => ({
  text: segment.text.slice(start, end),
  startMs: timeAt(segment, start),
  durationMs: timeAt(segment, end) - timeAt(segment, start),
})

function* shown(segment: Segment): Generator<Segment> {
  const text = segment.text.trim()
  if (text !== '') yield { ...segment, text }
}
