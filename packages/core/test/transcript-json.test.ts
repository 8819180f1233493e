import { describe, expect, it } from 'vitest'
import { HINTS } from '../src/errors.ts'
import { encodeSegments } from '../src/transcript-data.ts'
import { transcriptJson, transcriptSummary } from '../src/transcript-json.ts'
import type { Transcript } from '../src/transcript.ts'

const pending: Transcript = {
  id: 7,
  jobId: '0190163d-8694-739b-aea5-966c26f8ad91',
  position: 0,
  url: 'https://youtu.be/gettysburg1',
  videoId: 'gettysburg1',
  status: 'pending',
  attempt: 0,
  failures: 0,
  crashes: 0,
  runAt: new Date(0),
  createdAt: new Date(0),
  updatedAt: new Date(0),
}
const completed: Transcript = {
  ...pending,
  status: 'completed',
  result: {
    language: 'en',
    kind: 'manual',
    metadata: { title: 'The Gettysburg Address', channel: 'Speeches', durationMs: 39_000 },
    fetchedAt: new Date(0),
  },
  data: encodeSegments([{ text: 'Four score', startMs: 0, durationMs: 2_500 }]),
}
const error = { code: 'live_upcoming', message: 'Soon.', hint: HINTS.live_upcoming, retryable: true } as const

describe('a transcript as JSON', () => {
  it('has everything that is known of a completed video, with its stored text', () => {
    expect(JSON.parse(transcriptJson(completed))).toEqual({
      url: 'https://youtu.be/gettysburg1',
      video_id: 'gettysburg1',
      status: 'completed',
      language: 'en',
      kind: 'manual',
      title: 'The Gettysburg Address',
      channel: 'Speeches',
      duration_ms: 39_000,
      segments: [{ text: 'Four score', start_ms: 0, duration_ms: 2_500 }],
      error: null,
    })
  })

  it('has null for what is absent, and the error in words and code', () => {
    const waiting = { ...pending, error: { ...error, retryAt: new Date('2026-01-02T03:04:05Z') } }

    expect(JSON.parse(transcriptJson(waiting))).toEqual({
      url: 'https://youtu.be/gettysburg1',
      video_id: 'gettysburg1',
      status: 'pending',
      language: null,
      kind: null,
      title: null,
      channel: null,
      duration_ms: null,
      segments: null,
      error: { ...error, retry_at: '2026-01-02T03:04:05.000Z' },
    })
  })

  it('leaves out the error of an earlier try of a video that completed', () => {
    expect(JSON.parse(transcriptJson({ ...completed, error }))).toMatchObject({ error: null })
  })

  it('says what a text was translated from', () => {
    const translated = { ...completed, result: { ...completed.result!, translatedFrom: 'de' } }

    expect(JSON.parse(transcriptJson(translated))).toMatchObject({ translated_from: 'de' })
  })

  it('has what only some answers of a source tell, where it is known', () => {
    const thumbnail = { url: 'https://i.ytimg.com/vi/gettysburg1/default.jpg', width: 120, height: 90 }
    const known = {
      publishedAt: '1863-11-19',
      live: 'none',
      thumbnails: [thumbnail],
      provenance: { client: 'ANDROID', contentHash: 'sha256:00' },
    } as const
    const result = { ...completed.result!, metadata: known }

    expect(JSON.parse(transcriptJson({ ...completed, result }))).toMatchObject({
      published_at: '1863-11-19',
      live: 'none',
      thumbnails: [thumbnail],
      provenance: { client: 'ANDROID', contentHash: 'sha256:00' },
    })
  })

  it('is a summary without its text', () => {
    const { segments: _segments, ...rest } = JSON.parse(transcriptJson(completed)) as Record<string, unknown>

    expect(transcriptSummary(completed)).toEqual(rest)
  })
})
