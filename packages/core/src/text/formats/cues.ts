// What subtitles are made of: texts that come in the order of time, one at a time.
import type { Segment } from '../../transcript.ts'
import { linesOf, showsText } from '../lines.ts'
import { wholeClockOf } from '../moments.ts'
import { endsOf, inOrder } from '../segment-times.ts'

export interface Cue {
  /** At least one, none of them blank: a blank line ends a cue. */
  readonly lines: readonly string[]
  /** In whole milliseconds, as the end is. */
  readonly startMs: number
  /** After the start. */
  readonly endMs: number
}

/** Cues end when the next one begins; of several that begin together, none ends the others. */
export function* cuesOf(segments: Iterable<Segment>): Generator<Cue> {
  const shown = inOrder([...segments].filter(({ text }) => showsText(text)).map(wholeMilliseconds))
  const ends = endsOf(shown)
  for (const [index, { text, startMs }] of shown.entries())
    yield { lines: cueLines(text), startMs, endMs: Math.max(startMs + 1, ends[index] ?? 0) }
}

/** Before they are taken apart, so that 1.9996 seconds are 2.000, and never 1.1000. */
function wholeMilliseconds({ text, startMs, durationMs }: Segment): Segment {
  const start = Math.round(startMs)
  return { text, startMs: start, durationMs: Math.round(startMs + durationMs) - start }
}

/** U+0000 ends a text in some programs, and is replaced as WebVTT does it. */
const cueLines = (text: string): readonly string[] => linesOf(text.replaceAll('\u0000', '\ufffd'))

/** `HH:MM:SS.mmm`, with as many digits for the hours as there are. */
export const timestamp = (ms: number, point: ',' | '.'): string =>
  `${wholeClockOf(ms)}${point}${String(ms % 1_000).padStart(3, '0')}`
