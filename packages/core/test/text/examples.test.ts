// The examples in the documentation of the functions say what comes of them.
import { describe, expect, it } from 'vitest'
import { chunks } from '../../src/text/chunks.ts'
import { deroll } from '../../src/text/deroll.ts'
import { estimateTokens } from '../../src/text/estimate-tokens.ts'
import { formatSegments } from '../../src/text/format-transcript.ts'
import { paragraphs } from '../../src/text/paragraphs.ts'
import { sentences } from '../../src/text/sentences.ts'
import { slice } from '../../src/text/slice.ts'
import { segment, textsOf } from './captions.ts'

describe('the example of', () => {
  it('deroll', () => {
    const shown = [segment('four score', 0, 2_000), segment('four score\nand seven', 2_000, 2_000)]

    expect(textsOf(deroll(shown))).toEqual(['four score', 'and seven'])
  })

  it('sentences', () => {
    expect(textsOf(sentences([segment('It is done. It', 0, 2_000), segment('is good.', 2_000)]))).toEqual([
      'It is done.',
      'It is good.',
    ])
  })

  it('paragraphs', () => {
    const captions = ['It is done. It', 'is good.', '>> Is it?'].map((text, n) => segment(text, n * 900, 900))

    expect(textsOf(paragraphs(captions))).toEqual(['It is done. It is good.', '>> Is it?'])
  })

  it('slice', () => {
    const captions = [0, 1, 2].map((n) => segment(String(n), n * 1_000, 1_000))

    expect(textsOf(slice(captions, { startMs: 1_500, endMs: 2_000 }))).toEqual(['1'])
  })

  it('chunks', () => {
    const captions = [0, 1, 2].map((n) => segment(`word${n}`, n * 60_000, 60_000))

    expect(textsOf(chunks(captions, { unit: 'seconds', size: 120, overlap: 60 }))).toEqual([
      'word0 word1',
      'word1 word2',
    ])
  })

  it('estimateTokens', () => {
    expect([estimateTokens('four score and seven'), estimateTokens('四十と七年')]).toEqual([5, 5])
  })

  it('formatSegments', () => {
    const video = { url: 'https://youtu.be/jNQXAC9IVRw', videoId: 'jNQXAC9IVRw' }

    expect([...formatSegments([segment('Ask not', 0, 1_500)], { ...video, format: 'vtt' })].join('')).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nAsk not\n\n',
    )
  })
})
