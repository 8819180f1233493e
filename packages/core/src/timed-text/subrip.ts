// SubRip (.srt), which has no specification: read as players do, forgiving in all but the times.
import type { Segment } from '../transcript.ts'
import { linesOf, segmentOf, timingOf, type Timing } from './cues.ts'
import { withoutTags } from './formatting.ts'
import type { ReadOptions } from './read-options.ts'

/**
 * Reads the cues of a SubRip file, sorted by their start: text without the tags of its formatting. A blank line within
 * a text does not end it.
 *
 * @returns `undefined` when it is no SubRip, or when the times of a cue cannot be read: a text with a gap is no transcript.
 */
export function readSubRip(file: string, { keepFormatting = false }: ReadOptions = {}): Segment[] | undefined {
  const cues: { timing: Timing; lines: string[] }[] = []
  for (const line of linesOf(file)) {
    const cue = cues.at(-1)
    if (/^\s*[\d:.,]+\s*-->/.test(line)) {
      const timing = timingOf(line, /^\d+:\d{2}:\d{2}(?:[.,]\d{1,3})?$/)
      if (!timing) return undefined
      if (cue) dropNumber(cue.lines)
      cues.push({ timing, lines: [] })
    } else if (cue) {
      cue.lines.push(line)
    } else if (line !== '' && !NUMBER.test(line)) {
      return undefined
    }
  }
  return cues
    .map(({ timing, lines }) => segmentOf(timing, withoutTags(lines.join('\n'), TAG, { keepFormatting })))
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => a.startMs - b.startMs)
}

const NUMBER = /^\s*\d+\s*$/

/** The number of the next cue stands above its times, below a blank line. */
function dropNumber(lines: string[]): void {
  const isNumber = NUMBER.test(lines.at(-1) ?? '') && (lines.length === 1 || lines.at(-2)?.trim() === '')
  if (isNumber) lines.pop()
}

// What players take for formatting: <i>, <font color="…">, and {\an8} of Advanced SubStation. "1 < 2" is no tag.
const TAG = /<(\/?(?:[bius]|font))(?:\s[^<>]*)?>|\{\\[^{}]*\}/gi
