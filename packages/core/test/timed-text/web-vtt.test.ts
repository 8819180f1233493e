import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWebVtt } from '../../src/timed-text/web-vtt.ts'

const textsOf = (file: string): string[] | undefined => readWebVtt(file)?.map(({ text }) => text)

describe('a WebVTT file', () => {
  it('is read cue by cue, with or without names, hours and settings', () => {
    const file = [
      'WEBVTT - The Gettysburg Address',
      'Kind: captions',
      '',
      '1',
      '00:00.480 --> 00:04.000 align:start position:0%',
      'Four score and seven',
      'years ago',
      '',
      '01:00:04.000 --> 01:00:06.500',
      'our fathers brought forth',
    ].join('\n')

    expect(readWebVtt(file)).toEqual([
      { text: 'Four score and seven\nyears ago', startMs: 480, durationMs: 3_520 },
      { text: 'our fathers brought forth', startMs: 3_604_000, durationMs: 2_500 },
    ])
  })

  it.each(['\n', '\r\n', '\r'])('may end its lines with %j, and begin with a byte order mark', (end) => {
    const file = ['\ufeffWEBVTT', '', '00:01.000 --> 00:02.000', 'One', '', '00:02.000 --> 00:03.000', 'Two'].join(end)

    expect(textsOf(file)).toEqual(['One', 'Two'])
  })

  it('loses its comments, styles and regions, and nothing else', () => {
    const file = [
      'WEBVTT',
      '',
      'NOTE by the editor',
      'of two lines',
      '',
      'STYLE',
      '::cue { color: red }',
      '',
      'REGION',
      'id:fred',
      '',
      'NOTEWORTHY',
      '00:01.000 --> 00:02.000',
      'NOTE is a word here',
    ].join('\n')

    expect(textsOf(file)).toEqual(['NOTE is a word here'])
  })

  it('loses the tags of its texts, and has its character references decoded', () => {
    const file =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mary><c.loud>Bread</c> <00:01.500>&amp;<i> butter</i></v> &lt;3, 1 < 2'

    expect(textsOf(file)).toEqual(['Bread & butter <3, 1 < 2'])
  })

  it('keeps the tags of its formatting where they are wanted, without their classes, and no others', () => {
    const file =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mary><b.loud>Bread</b> and <i></i><c>butter</c> &amp; <u>jam</u>'

    expect(readWebVtt(file, { keepFormatting: true })?.map(({ text }) => text)).toEqual([
      '<b>Bread</b> and butter & jam',
    ])
  })

  it('may have cues without a blank line between them, and in any order', () => {
    const file = 'WEBVTT\n\n00:03.000 --> 00:04.000\nTwo\n00:01.000 --> 00:02.000\nOne\n00:05.000 --> 00:06.000\n\n'

    expect(textsOf(file)).toEqual(['One', 'Two'])
  })

  it.each([
    ['nothing', ''],
    ['another format', '1\n00:00:01,000 --> 00:00:02,000\nOne'],
    ['another word', 'WEBVTTX\n\n00:01.000 --> 00:02.000\nOne'],
    ['a file that was cut off within a time', 'WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:02.000 --> 00:0'],
    ['a time of another format', 'WEBVTT\n\n00:01,000 --> 00:02,000\nOne'],
  ])('is told apart from %s', (_what, file) => {
    expect(readWebVtt(file)).toBeUndefined()
  })

  it('without cues is one without texts', () => {
    expect(readWebVtt('WEBVTT\n')).toEqual([])
  })

  it('gives every text with its times as they were written', () => {
    const cue = fc.record({
      startMs: fc.integer({ min: 0, max: 360_000_000 }),
      durationMs: fc.integer({ min: 0, max: 3_600_000 }),
      text: fc.stringMatching(/^[\p{L}\p{N}'!?,.:; "]{1,40}$/u).filter((text) => text.trim() === text && text !== ''),
    })
    fc.assert(
      fc.property(fc.array(cue), (cues) => {
        const blocks = cues.map(
          ({ text, startMs, durationMs }) => `${at(startMs)} --> ${at(startMs + durationMs)}\n${text}`,
        )

        expect(readWebVtt(['WEBVTT', ...blocks].join('\n\n'))).toEqual(cues.toSorted((a, b) => a.startMs - b.startMs))
      }),
    )
  })

  it('of any bytes is read, or is none, in linear time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const segments = readWebVtt(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}`)

        expect(segments === undefined || segments.every(({ startMs }) => Number.isSafeInteger(startMs))).toBe(true)
      }),
    )
    for (const part of ['<', '<c', '&', '&#', '\n\n', '-->\n', '<c.', 'NOTE\n\n']) {
      readWebVtt(`WEBVTT\n\n00:01.000 --> 00:02.000\n${part.repeat(1_000_000)}`)
    }
  })
})

const at = (ms: number): string =>
  [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1_000) % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':') + `.${String(ms % 1_000).padStart(3, '0')}`
