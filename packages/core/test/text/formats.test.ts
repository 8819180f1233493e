import { Parser } from 'commonmark'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSegments } from '../../src/text/format-transcript.ts'
import type { TextFormat } from '../../src/text/text-options.ts'
import type { Segment } from '../../src/transcript.ts'
import { following, segment } from './captions.ts'

const HOUR = 3_600_000

const VIDEO = { url: 'https://youtu.be/aaaaaaaaaaa', videoId: 'aaaaaaaaaaa' }

const format = (as: Exclude<TextFormat, 'json'>, ...segments: readonly Segment[]): string =>
  [...formatSegments(segments, { ...VIDEO, format: as })].join('')

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'word',
        ' ',
        '\n',
        '-->',
        '--->',
        '&',
        '<i>',
        '"',
        ',',
        "'",
        '=1+1',
        '[x](y)',
        '#',
        '*',
        '_',
        '`',
        '|',
        '\\',
      ),
      fc.constantFrom(
        '1.',
        '- ',
        '>',
        '$',
        '~~',
        '&amp;',
        '\u0000',
        '\u2028',
        '\t',
        'あ',
        'ع',
        '\ud83c\udf89',
        '{',
        '!',
        '^',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('a transcript as plain text', () => {
  it('is a line for each segment', () => {
    expect(format('txt', segment('Four score'), segment('and seven years ago'))).toBe(
      'Four score\nand seven years ago\n',
    )
  })

  it('keeps the line breaks of a segment, but no blank lines', () => {
    expect(format('txt', segment('one\r\n\r\n  two\rthree\u2028four '), segment(' \n '))).toBe(
      'one\ntwo\nthree\nfour\n',
    )
  })

  it('is nothing when nothing was said', () => {
    expect([...formatSegments([segment('')], { ...VIDEO, format: 'txt' })]).toEqual([])
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
    expect(format('srt', segment('a --> b\n\n\nc ---> d'))).toBe(
      '1\r\n00:00:00,000 --> 00:00:01,000\r\na -> b\r\nc -> d\r\n\r\n',
    )
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

  // youtube-transcript-plus writes 1.9996 s as 00:00:01,1000, which no player reads.
  it('are rounded as a whole, so that 59 minutes and 59.9996 seconds are an hour', () => {
    expect(timesOf(segment('a', 1_999.6, 3_597_999.9))).toEqual(['00:00:02.000 --> 01:00:00.000'])
  })
})

describe('a transcript as Markdown', () => {
  const described = {
    ...VIDEO,
    result: {
      language: 'en',
      kind: 'manual',
      metadata: { title: 'Q&A: <b>1*1</b>', channel: 'The _Archive_' },
      fetchedAt: new Date(0),
    },
  } as const

  it('has a title, the channel, a link to the video, and each text behind a link to its moment', () => {
    const text = [...formatSegments(following('Ask not', 'what\nyou'), { ...described, format: 'md' })].join('')

    expect(text).toBe(
      '# Q&A: \\<b>1\\*1\\</b>\n\n' +
        '<https://www.youtube.com/watch?v=aaaaaaaaaaa> · The \\_Archive\\_\n\n' +
        '[0:00](https://www.youtube.com/watch?v=aaaaaaaaaaa&t=0s) Ask not\n\n' +
        '[0:02](https://www.youtube.com/watch?v=aaaaaaaaaaa&t=2s) what you\n\n',
    )
  })

  it('links to nothing where the video has no address', () => {
    const text = [
      ...formatSegments([segment('a', HOUR)], { url: '1. [talk].vtt', videoId: 'talk', format: 'md' }),
    ].join('')

    expect(text).toBe('# talk\n\n1\\. \\[talk\\]\\.vtt\n\n1:00:00 a\n\n')
  })

  it('cannot be led astray by the address of a video', () => {
    const url = 'https://evil.test/a>b(c) d\\'

    const text = [...formatSegments([segment('a')], { url, videoId: 'x', format: 'md' })].join('')

    expect(text).toContain('[0:00](https://evil.test/a%3Eb%28c%29%20d%5C#t=0) a')
    expect(text).toContain('<https://evil.test/a%3Eb%28c%29%20d%5C>')
  })

  it('shows what was said to the letter, whatever signs it has', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const paragraphs = renderedTexts(format('md', segment(text)))

        const flow = text
          .split(/[\n\u2028]/)
          .map((line) => line.trim())
          .filter((line) => line !== '')
        const shown = (paragraphs[2] ?? '0:00 ').replace('0:00 ', '')
        expect(shown.replace(/\s/g, '')).toBe(flow.join('').replace(/\s/g, '').replaceAll('\u0000', '\ufffd'))
      }),
    )
  })

  /** The text of each block, as a reader of CommonMark shows it. */
  function renderedTexts(source: string): string[] {
    const texts: string[] = []
    const walker = new Parser().parse(source).walker()
    for (let event = walker.next(); event; event = walker.next()) {
      const { type, literal } = event.node
      if (event.entering && (type === 'paragraph' || type === 'heading')) texts.push('')
      if (type === 'text') texts.push((texts.pop() ?? '') + (literal ?? ''))
      else expect(['document', 'paragraph', 'heading', 'link']).toContain(type)
    }
    return texts
  }
})

describe('a transcript as CSV', () => {
  const rowsOf = (csv: string): string[][] => parse(csv)

  it('has a header, a row for each segment, and the line ends of RFC 4180', () => {
    expect(format('csv', segment('Ask not, "what"', 1_000, 500), segment('two\nlines', 2_000))).toBe(
      'video_id,start_ms,duration_ms,text\r\n' +
        'aaaaaaaaaaa,1000,500,"Ask not, ""what"""\r\n' +
        'aaaaaaaaaaa,2000,1000,"two\nlines"\r\n',
    )
  })

  it.each(['=1+1', '+1', '- Hello', '@SUM(A1)', '＝1', '=HYPERLINK("http://evil.test","x")'])(
    'has an apostrophe before what a spreadsheet would take for a formula: %s',
    (text) => {
      expect(rowsOf(format('csv', segment(text)))[1]?.[3]).toBe(`'${text}`)
    },
  )

  it('keeps an id that begins with a dash, by which tables are joined', () => {
    const text = [
      ...formatSegments([segment('a')], { url: '-62C9R_41Sc', videoId: '-62C9R_41Sc', format: 'csv' }),
    ].join('')

    expect(rowsOf(text)[1]?.[0]).toBe('-62C9R_41Sc')
  })

  it('is read back by another parser, apart from that apostrophe', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 5 }), (texts) => {
        const rows = rowsOf(format('csv', ...following(...texts))).slice(1)

        expect(rows.map((row) => (row[3] ?? '').replace(/^'(?='*[=+\-@\t])/, ''))).toEqual(
          texts.map((text) =>
            text
              .split(/[\n\u2028]/)
              .map((line) => line.trim())
              .filter((line) => line !== '')
              .join('\n'),
          ),
        )
      }),
    )
  })
})

describe('a transcript as JSON lines', () => {
  it('is an object on each line that says of which video it is', () => {
    const lines = format('jsonl', segment('Ask\nnot', 1_000, 500)).split('\n')

    expect(lines).toEqual(['{"video_id":"aaaaaaaaaaa","text":"Ask\\nnot","start_ms":1000,"duration_ms":500}', ''])
  })
})

describe('a long transcript', () => {
  it.each(['txt', 'srt', 'vtt', 'md', 'csv', 'jsonl'] as const)(
    'comes as %s in pieces, so that nothing waits for all of it',
    (as) => {
      const segments = Array.from({ length: 30_000 }, (_, index) =>
        segment('some words of a long speech', index * 1_200),
      )

      const pieces = [...formatSegments(segments, { ...VIDEO, format: as })]

      expect(pieces.length).toBeGreaterThan(10)
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(66_000)
      expect(pieces.join('').match(/some words/g)).toHaveLength(30_000)
    },
  )
})
