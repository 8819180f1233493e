// Every SRT and VTT that we write, read by somebody else's parser.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSegments } from '../../src/text/format-transcript.ts'
import type { Segment } from '../../src/transcript.ts'
import { displayed, readSubtitles } from './read-subtitles.ts'

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'word',
        ' ',
        '\n',
        '\r\n',
        '\n\n',
        '-->',
        '---->',
        '&',
        '&amp;',
        '<i>',
        '<00:00:01.000>',
        '</c>',
        '12',
      ),
      fc.constantFrom(
        'NOTE x',
        'WEBVTT',
        'STYLE',
        '00:00:01.000 --> 00:00:02.000',
        '\u2028',
        '\u0085',
        '\t',
        'あ',
        'ع',
        '\ud83c\udf89',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

/** Within a hundred hours: that parser reads no more digits. */
const captions = fc.array(
  fc.record({ text, startMs: fc.oneof(fc.nat(20_000), fc.nat(350_000_000)), durationMs: fc.nat(10_000) }),
  { maxLength: 12 },
)

/** What a reader is to find. */
function cuesOf(segments: readonly Segment[]) {
  const shown = segments
    .map((segment) => ({ ...segment, text: shownText(segment.text) }))
    .filter((segment) => segment.text !== '')
    .toSorted((a, b) => a.startMs - b.startMs)
  return shown.map(({ text: shownAs, startMs, durationMs }, index) => {
    const later = shown.slice(index).find((other) => other.startMs > startMs)
    const endMs = Math.max(startMs + 1, Math.min(startMs + durationMs, later?.startMs ?? Infinity))
    return { text: shownAs, startMs, endMs }
  })
}

const shownText = (given: string): string =>
  given
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')

const written = (segments: readonly Segment[], format: 'srt' | 'vtt'): string =>
  [...formatSegments(segments, { url: 'x', videoId: 'x', format })].join('')

describe('subtitles that we write', () => {
  it('are the same cues for another reader of SubRip; only arrows are shorter', async () => {
    await fc.assert(
      fc.asyncProperty(captions, async (segments) => {
        const expected = cuesOf(segments).map((cue) => ({ ...cue, text: cue.text.replace(/-{2,}>/g, '->') }))
        expect(await readSubtitles(written(segments, 'srt'), { type: 'srt' })).toEqual(expected)
      }),
    )
  })

  it('are the same cues for another reader of WebVTT', async () => {
    await fc.assert(
      fc.asyncProperty(captions, async (segments) => {
        const found = await readSubtitles(written(segments, 'vtt'), { type: 'vtt' })
        expect(found.map((cue) => ({ ...cue, text: displayed(cue.text) }))).toEqual(cuesOf(segments))
      }),
    )
  })
})
