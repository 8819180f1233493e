import { describe, expect, it } from 'vitest'
import { encodeSegments } from '../src/transcript-data.ts'
import { formatTranscript, type TranscriptFormat } from '../src/transcript-formats.ts'
import type { Segment } from '../src/transcript.ts'

const HOUR = 3_600_000

const segment = (text: string, startMs = 0, durationMs = 1_000): Segment => ({ text, startMs, durationMs })

const format = (as: TranscriptFormat, ...segments: readonly Segment[]): string =>
  [...formatTranscript(encodeSegments(segments), as)].join('')

describe('a transcript as plain text', () => {
  it('is a line for each segment', () => {
    expect(format('txt', segment('Four score'), segment('and seven years ago'))).toBe(
      'Four score\nand seven years ago\n',
    )
  })

  it('keeps the line breaks of a segment, but no blank lines', () => {
    expect(format('txt', segment('one\r\n\r\n  two\rthree '), segment(' \n '))).toBe('one\ntwo\nthree\n')
  })

  it('is nothing when nothing was said', () => {
    expect([...formatTranscript(encodeSegments([segment('')]), 'txt')]).toEqual([])
  })
})

describe('a transcript as SubRip', () => {
  it('numbers its cues, gives their times with a comma, and ends lines as Windows does', () => {
    expect(format('srt', segment('Four score', 0, 2_500), segment('and seven', 62_501, 1_499))).toBe(
      '1\r\n00:00:00,000 --> 00:00:02,500\r\nFour score\r\n\r\n' +
        '2\r\n00:01:02,501 --> 00:01:04,000\r\nand seven\r\n\r\n',
    )
  })

  it('writes no blank line and no arrow inside a cue, which would end it', () => {
    expect(format('srt', segment('a --> b\n\n\nc'))).toBe('1\r\n00:00:00,000 --> 00:00:01,000\r\na -> b\r\nc\r\n\r\n')
  })

  it('numbers only cues that show something', () => {
    const text = format('srt', segment('one', 0), segment('\n', 1_000), segment('two', 2_000))

    expect(text.match(/^\d+\r$/gm)).toEqual(['1\r', '2\r'])
  })

  it('leaves its text as it is, since it knows no escapes', () => {
    expect(format('srt', segment('<i> & co'))).toContain('<i> & co')
  })
})

describe('a transcript as WebVTT', () => {
  it('begins with its name, and gives times with a point', () => {
    expect(format('vtt', segment('Four score', 1, 2_499))).toBe(
      'WEBVTT\n\n00:00:00.001 --> 00:00:02.500\nFour score\n\n',
    )
  })

  it('is its name alone when nothing was said', () => {
    expect(format('vtt', segment(' '))).toBe('WEBVTT\n\n')
  })

  it('escapes what is markup, arrows included', () => {
    expect(format('vtt', segment('<b>Q&A</b> --> end'))).toContain('\n&lt;b&gt;Q&amp;A&lt;/b&gt; --&gt; end\n')
  })

  it('replaces a NUL, as its readers would', () => {
    expect(format('vtt', segment('a\u0000b'))).toContain('a\ufffdb')
  })
})

describe('the times of cues', () => {
  const timesOf = (...segments: readonly Segment[]): readonly string[] =>
    format('vtt', ...segments).match(/^.* --> .*$/gm) ?? []

  it('end when the next cue begins, so that captions that roll are not shown twice', () => {
    expect(timesOf(segment('a', 0, 4_000), segment('b', 2_000, 4_000))).toEqual([
      '00:00:00.000 --> 00:00:02.000',
      '00:00:02.000 --> 00:00:06.000',
    ])
  })

  it('keep a pause', () => {
    expect(timesOf(segment('a', 0, 500), segment('b', 2_000, 500))[0]).toBe('00:00:00.000 --> 00:00:00.500')
  })

  it('are whole for cues that begin together, and end when a later one begins', () => {
    expect(timesOf(segment('a', 0, 3_000), segment('b', 0, 1_000), segment('c', 2_000))).toEqual([
      '00:00:00.000 --> 00:00:02.000',
      '00:00:00.000 --> 00:00:01.000',
      '00:00:02.000 --> 00:00:03.000',
    ])
  })

  it('are not cut by a segment that shows nothing', () => {
    expect(timesOf(segment('a', 0, 4_000), segment('\n', 10, 4_000))).toEqual(['00:00:00.000 --> 00:00:04.000'])
  })

  it('last at least a millisecond', () => {
    expect(timesOf(segment('a', 5, 0))).toEqual(['00:00:00.005 --> 00:00:00.006'])
  })

  it('come in order, whatever the order of the segments', () => {
    expect(timesOf(segment('b', 2_000), segment('a', 0, 5_000))).toEqual([
      '00:00:00.000 --> 00:00:02.000',
      '00:00:02.000 --> 00:00:03.000',
    ])
  })

  it('go beyond a hundred hours', () => {
    expect(timesOf(segment('a', 123 * HOUR + 59_999, 1))).toEqual(['123:00:59.999 --> 123:01:00.000'])
  })
})

describe('a long transcript', () => {
  it('comes in pieces, so that nothing waits for all of it', () => {
    const segments = Array.from({ length: 30_000 }, (_, index) => segment('some words of a long speech', index * 1_200))
    const data = encodeSegments(segments)

    const pieces = [...formatTranscript(data, 'srt')]

    expect(pieces.length).toBeGreaterThan(20)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(66_000)
    expect(pieces.join('').match(/-->/g)).toHaveLength(30_000)
  })
})
