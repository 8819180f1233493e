import { describe, expect, it } from 'vitest'
import type { FetchedTranscript } from '../src/transcript.ts'
import { checkFetched } from '../src/worker/check-fetched.ts'

const fetched: FetchedTranscript = {
  language: 'en',
  kind: 'manual',
  segments: [{ text: '', startMs: 0, durationMs: 0 }],
  metadata: {},
}

describe('what a source gave', () => {
  it('passes as it is', () => {
    expect(checkFetched(fetched)).toBe(fetched)
  })

  it('is an error of its own when it has no text', () => {
    expect(() => checkFetched({ ...fetched, segments: [] })).toThrow(
      expect.objectContaining({ code: 'empty_transcript' }),
    )
  })

  it.each([
    ['no language', { language: '' }],
    ['an unknown kind', { kind: 'spoken' }],
    ['no metadata', { metadata: undefined }],
    ['no list', { segments: 'Four score' }],
    ['a time before the beginning', { segments: [{ text: 'a', startMs: -1, durationMs: 1 }] }],
    ['seconds', { segments: [{ text: 'a', startMs: 1.54, durationMs: 1 }] }],
    ['no number', { segments: [{ text: 'a', startMs: 0, durationMs: NaN }] }],
    ['no text', { segments: [{ startMs: 0, durationMs: 1 }] }],
  ])('is refused with %s', (_what, wrong) => {
    expect(() => checkFetched({ ...fetched, ...wrong } as FetchedTranscript)).toThrow(TypeError)
  })
})
