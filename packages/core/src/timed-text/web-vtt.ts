// WebVTT, as https://www.w3.org/TR/webvtt1/ (section 6) has it parsed, in linear time.
import type { Segment } from '../transcript.ts'
import { linesOf, segmentOf, timingOf, type Timing } from './cues.ts'
import { decodeEntities } from './entities.ts'
import { withoutTags } from './formatting.ts'
import type { ReadOptions } from './read-options.ts'

/**
 * Reads the cues of a WebVTT file, sorted by their start: text without tags and settings, and with its character
 * references decoded. Comments, styles and regions are left out.
 *
 * @returns `undefined` when it is no WebVTT, or when the times of a cue cannot be read: a text with a gap is no transcript.
 */
export function readWebVtt(file: string, { keepFormatting = false }: ReadOptions = {}): Segment[] | undefined {
  const [head = '', ...lines] = linesOf(file)
  if (!/^WEBVTT(?:[ \t]|$)/.test(head)) return undefined

  const cues: { timing: Timing; lines: string[] }[] = []
  let cue: (typeof cues)[number] | undefined
  // What stands directly below the first line belongs to the head.
  let skipping = true
  for (const line of lines) {
    if (line === '') {
      cue = undefined
      skipping = false
    } else if (line.includes('-->')) {
      // It ends whatever it stands in: a cue without a blank line before the next, and even a comment.
      const timing = timingOf(line, /^(?:\d+:)?\d{2}:\d{2}\.\d{3}$/)
      if (!timing) return undefined
      cue = { timing, lines: [] }
      cues.push(cue)
      skipping = false
    } else if (cue) {
      cue.lines.push(line)
    } else if (!skipping) {
      // A comment, a style, a region, or the name of a cue, whose times come with the next line.
      skipping = NOT_A_CUE.test(line)
    }
  }
  return cues
    .map(({ timing, lines: text }) => segmentOf(timing, textOf(text.join('\n'), keepFormatting)))
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => a.startMs - b.startMs)
}

const NOT_A_CUE = /^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/

const textOf = (text: string, keepFormatting: boolean): string =>
  decodeEntities(withoutTags(text, TAG, { keepFormatting }))

// Elements and the times of words. No "<" inside, so that a text full of them takes linear time; and "1 < 2" is no tag.
const TAG = /<(?:(\/?[a-zA-Z]+)[^<>]*|\/|\d[\d:.]*)>/g
