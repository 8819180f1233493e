import { describe, expect, it } from 'vitest'
import { formatTranscript } from '../../src/text/format-transcript.ts'
import type { TextOptions } from '../../src/text/text-options.ts'
import { transcriptJson } from '../../src/transcript-json.ts'
import { following, rolling } from './captions.ts'
import { completed } from './transcripts.ts'

const captions = following('It is done. It', 'is good.', 'It is late.')

const textOf = (options: TextOptions, segments = captions): string =>
  [...formatTranscript(completed('aaaaaaaaaaa', segments), options)].join('')

describe('the text of a transcript', () => {
  it.each([
    ['txt', 'one\ntwo\n'],
    ['md', '[0:00](https://www.youtube.com/watch?v=aaaaaaaaaaa&t=0s) one two\n'],
    ['srt', '1\r\n00:00:00,000 --> 00:00:02,000\r\none\r\n\r\n2\r\n00:00:02,000 --> 00:00:04,000\r\ntwo'],
  ] as const)('comes without doubled words where it is for people: %s', (format, expected) => {
    expect(textOf({ format }, rolling(['one', 'two']))).toContain(expected)
  })

  it.each(['json', 'jsonl', 'csv'] as const)('comes as it is stored where it is data: %s', (format) => {
    expect(textOf({ format }, rolling(['one', 'two'])).match(/one/g)).toHaveLength(3)
  })

  it('as JSON is the stored text, which is not parsed', () => {
    const transcript = completed('aaaaaaaaaaa', captions)

    expect([...formatTranscript(transcript, { format: 'json' })].join('')).toBe(transcriptJson(transcript))
  })

  it('comes in every view and in every format', () => {
    expect(textOf({ format: 'txt', view: 'sentences' })).toBe('It is done.\nIt is good.\nIt is late.\n')
    expect(JSON.parse(textOf({ format: 'json', view: 'paragraphs' })).segments).toEqual([
      { text: 'It is done. It is good. It is late.', start_ms: 0, duration_ms: 6_000 },
    ])
  })

  it('comes in part, in whole sentences where they are asked for', () => {
    expect(textOf({ format: 'txt', startMs: 2_000, endMs: 4_000 })).toBe('is good.\n')
    expect(textOf({ format: 'txt', view: 'sentences', startMs: 2_000, endMs: 4_000 })).toBe('It is good.\n')
    expect(JSON.parse(textOf({ format: 'json', startMs: 9_000 })).segments).toEqual([])
  })

  it('comes in chunks of whole sentences, as JSON and as lines of it', () => {
    const options = { chunks: { unit: 'seconds', size: 4 } } as const

    const { chunks, segments } = JSON.parse(textOf({ format: 'json', ...options }))
    const lines = textOf({ format: 'jsonl', ...options })

    expect(segments).toBeUndefined()
    expect(chunks.map((chunk: { page_content: string }) => chunk.page_content)).toEqual([
      'It is done. It is good.',
      'It is late.',
    ])
    expect(lines).toBe(chunks.map((chunk: object) => `${JSON.stringify(chunk)}\n`).join(''))
  })

  it.each<[string, TextOptions]>([
    ['endMs', { format: 'txt', startMs: 5, endMs: 5 }],
    ['startMs', { format: 'txt', startMs: Number.NaN }],
    ['format', { format: 'srt', chunks: { unit: 'seconds', size: 60 } }],
    ['chunks', { format: 'json', chunks: { unit: 'tokens', size: 15 } }],
    ['overlap', { format: 'json', chunks: { unit: 'tokens', size: 16, overlap: 9 } }],
  ])('is refused where the options do not go together: %s', (place, options) => {
    expect(() => formatTranscript(completed('aaaaaaaaaaa', captions), options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', issues: [expect.objectContaining({ path: [place] })] }),
    )
  })

  it('cannot be made of a transcript that was read without it', () => {
    const { data: _data, ...transcript } = completed('aaaaaaaaaaa', captions)

    expect(() => [...formatTranscript(transcript, { format: 'txt' })]).toThrow(/without its data/)
  })
})
