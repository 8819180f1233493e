import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSubRip } from '../../src/timed-text/subrip.ts'

const textsOf = (file: string): string[] | undefined => readSubRip(file)?.map(({ text }) => text)

describe('a SubRip file', () => {
  it('is read cue by cue', () => {
    const file = [
      '1',
      '00:00:00,480 --> 00:00:04,000',
      'Four score and seven',
      'years ago',
      '',
      '2',
      '01:00:04,000 --> 01:00:06,500',
      'our fathers brought forth',
      '',
    ].join('\n')

    expect(readSubRip(file)).toEqual([
      { text: 'Four score and seven\nyears ago', startMs: 480, durationMs: 3_520 },
      { text: 'our fathers brought forth', startMs: 3_604_000, durationMs: 2_500 },
    ])
  })

  it.each(['\n', '\r\n', '\r'])('may end its lines with %j, and begin with a byte order mark', (end) => {
    const file = ['\ufeff1', '0:0:01,0 --> x', ''].join(end)
    const whole = ['\ufeff1', '0:00:01,0 --> 0:00:02.5', 'One', '', '2', '00:00:03 --> 00:00:04', 'Two'].join(end)

    expect(readSubRip(file)).toBeUndefined()
    expect(readSubRip(whole)).toEqual([
      { text: 'One', startMs: 1_000, durationMs: 1_500 },
      { text: 'Two', startMs: 3_000, durationMs: 1_000 },
    ])
  })

  it('keeps a blank line and a number within a text, and takes the number of the next cue for what it is', () => {
    const file = '1\n00:00:01,000 --> 00:00:02,000\nIn\n\n1863\n1864\n\n2\n00:00:02,000 --> 00:00:03,000\n87\n'

    expect(textsOf(file)).toEqual(['In\n\n1863\n1864', '87'])
  })

  it('may do without numbers, and have positions behind its times', () => {
    const file = '00:00:01,000 --> 00:00:02,000 X1:40 X2:600\nOne\n\n00:00:02,000 --> 00:00:03,000\nTwo --> three'

    expect(textsOf(file)).toEqual(['One', 'Two --> three'])
  })

  it('loses the tags of its formatting, and nothing that only looks like one', () => {
    const file =
      '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>Bread</i> <font color="#fff">&amp; butter</font> <3, 1 < 2 {sic}'

    expect(textsOf(file)).toEqual(['Bread &amp; butter <3, 1 < 2 {sic}'])
  })

  it('keeps the tags of its formatting where they are wanted, and none of colours', () => {
    const file = '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<I>Bread</I> <font color="#fff">and</font> <b>butter</b>'

    expect(readSubRip(file, { keepFormatting: true })?.map(({ text }) => text)).toEqual([
      '<i>Bread</i> and <b>butter</b>',
    ])
  })

  it('that ends a cue before it begins gives it no time', () => {
    expect(readSubRip('1\n00:00:02,000 --> 00:00:01,000\nOne')).toEqual([
      { text: 'One', startMs: 2_000, durationMs: 0 },
    ])
  })

  it.each([
    ['another format', 'WEBVTT\n\n00:01.000 --> 00:02.000\nOne'],
    ['a text', 'Four score and seven years ago'],
    ['a file that was cut off within a time', '1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:02,000 --> 00:0'],
  ])('is told apart from %s', (_what, file) => {
    expect(readSubRip(file)).toBeUndefined()
  })

  it('of any bytes is read, or is none, in linear time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const segments = readSubRip(`1\n00:00:01,000 --> 00:00:02,000\n${text}`)

        expect(segments === undefined || segments.every(({ startMs }) => Number.isSafeInteger(startMs))).toBe(true)
      }),
    )
    for (const part of ['<', '<font ', '{\\', '1\n', '\n\n', '0:', '{', '<i']) {
      readSubRip(`1\n00:00:01,000 --> 00:00:02,000\n${part.repeat(1_000_000)}`)
    }
  })
})
