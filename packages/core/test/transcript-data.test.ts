import { describe, expect, it } from 'vitest'
import { decodeSegments, encodeSegments, segmentsJsonOf } from '../src/transcript-data.ts'

const segments = [
  { text: 'Four score and seven years ago', startMs: 0, durationMs: 2_500 },
  { text: 'a "quote", a line\nbreak, a 🎤 and a \u0000', startMs: 2_500, durationMs: 1 },
]

describe('stored transcript data', () => {
  it('gives back the segments that were stored', () => {
    expect(decodeSegments(encodeSegments(segments))).toEqual(segments)
  })

  it('is JSON whose format is named, in the words of the HTTP API', () => {
    expect(encodeSegments([{ text: 'a', startMs: 1, durationMs: 2 }])).toBe(
      '{"format":1,"segments":[{"text":"a","start_ms":1,"duration_ms":2}]}',
    )
  })

  it('gives its segments as text, to be passed on without being parsed', () => {
    expect(JSON.parse(segmentsJsonOf(encodeSegments(segments)))).toHaveLength(2)
  })

  it('refuses what is not of this format', () => {
    expect(() => segmentsJsonOf('{"format":2,"segments":[]}')).toThrow('format 1')
  })

  it.each(['{}', '[1]', '[null]', '[{"text":"a","start_ms":1}]', '[{"text":1,"start_ms":1,"duration_ms":1}]'])(
    'refuses %s as segments',
    (segmentsJson) => {
      expect(() => decodeSegments(`{"format":1,"segments":${segmentsJson}}`)).toThrow('Stored transcript data has no')
    },
  )
})
