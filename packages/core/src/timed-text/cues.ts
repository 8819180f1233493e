// What WebVTT and SubRip have in common: lines, and cues with their times.
import type { Segment } from '../transcript.ts'
import { tidySegments } from './tidy-segments.ts'

export interface Timing {
  readonly startMs: number
  readonly endMs: number
}

/** The lines of a file, however they end and whichever mark it begins with. */
export const linesOf = (file: string): string[] =>
  file
    .replace(/^\ufeff/, '')
    .replaceAll('\u0000', '\ufffd')
    .split(/\r\n|\n|\r/)

/**
 * `00:00:01.000 --> 00:00:04.000 align:start`
 *
 * @param time - How a moment is written. Its last two parts are minutes and seconds.
 * @returns `undefined` when the line is something else.
 */
export function timingOf(line: string, time: RegExp): Timing | undefined {
  const [before = '', after = ''] = line.split('-->')
  const [end = ''] = after.trim().split(/\s/)
  const start = before.trim()
  return time.test(start) && time.test(end) ? { startMs: millisecondsOf(start), endMs: millisecondsOf(end) } : undefined
}

function millisecondsOf(time: string): number {
  const [clock = '', fraction = ''] = time.split(/[.,]/)
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return seconds * 1_000 + Number(fraction.padEnd(3, '0'))
}

/** A segment whose text may be empty. One that ends before it begins lasts no time. */
export function segmentOf({ startMs, endMs }: Timing, text: string): Segment {
  const [segment] = tidySegments([{ text, startMs, durationMs: endMs - startMs }])
  return segment ?? { text: '', startMs, durationMs: 0 }
}
