import { describe, expect, it } from 'vitest'
import type { Job } from '../src/job.ts'
import { callbackJson, jobJson, jobSummary, showsTexts } from '../src/job-json.ts'
import { contentOf, errorOf } from '../src/testing/builders.ts'
import type { Transcript } from '../src/transcript.ts'

const at = (time: string) => new Date(`2026-01-02T${time}.000Z`)

const job: Job = {
  id: '0190163d-8694-739b-aea5-966c26f8ad91',
  owner: 'ada',
  source: 'fake',
  status: 'completed',
  version: 7,
  counts: { total: 2, completed: 1, failed: 1, cancelled: 0 },
  dataBytes: 1_000,
  request: { languages: ['de', 'en'], kind: 'any' },
  reuse: { scope: 'none' },
  callbackUrl: 'https://receiver.test/?secret=1',
  usedMs: 10,
  timeoutMs: 60_000,
  deadlineAt: at('23:00:00'),
  createdAt: at('03:04:05'),
  updatedAt: at('03:05:00'),
  endedAt: at('03:05:00'),
}

const transcript: Transcript = {
  id: 1,
  jobId: job.id,
  position: 0,
  url: 'https://example.test/dQw4w9WgXcQ',
  videoId: 'dQw4w9WgXcQ',
  status: 'completed',
  attempt: 1,
  failures: 0,
  crashes: 0,
  runAt: job.createdAt,
  result: { language: 'en', kind: 'manual', metadata: { title: 'Grüße 😀' }, fetchedAt: at('03:04:30') },
  data: contentOf('Four score and seven years ago').data,
  createdAt: job.createdAt,
  updatedAt: at('03:04:30'),
}

const { result: _result, data: _data, ...open } = transcript
const failed: Transcript = {
  ...open,
  id: 2,
  position: 1,
  status: 'failed',
  error: errorOf('video_private', 'This video is private.'),
}

const parts = { inlineLimitBytes: 1_000, transcriptUrl: ({ videoId }: Transcript) => `/transcripts/${videoId}` }

async function* each<T>(...items: T[]) {
  yield* items
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

const callback = (...transcripts: Transcript[]) =>
  textOf(callbackJson(job, { type: 'job.completed', transcripts: each(...transcripts), ...parts }))

describe('a job as JSON', () => {
  it('tells what it is, and nothing of its owner or its callback', () => {
    expect(jobSummary(job)).toEqual({
      job_id: '0190163d-8694-739b-aea5-966c26f8ad91',
      status: 'completed',
      created_at: '2026-01-02T03:04:05.000Z',
      updated_at: '2026-01-02T03:05:00.000Z',
      completed_at: '2026-01-02T03:05:00.000Z',
      counts: { total: 2, completed: 1, failed: 1, cancelled: 0 },
      languages: ['de', 'en'],
      kind: 'any',
      retry_of: null,
      error: null,
    })
  })

  it('says null where there is nothing yet, and why it failed where it did', () => {
    const { endedAt: _endedAt, ...running } = job
    const error = { code: 'video_private', message: 'This video is private.' } as const

    expect(jobSummary(running).completed_at).toBe(null)
    expect(jobSummary({ ...job, error, retryOf: 'another' })).toMatchObject({ error, retry_of: 'another' })
  })

  it('shows its results with their stored text, to the byte', async () => {
    const data = '{"format":1,"segments":[ {"text":"a","start_ms":1.50,"duration_ms":1}]}'

    const text = await textOf(jobJson(job, each({ ...transcript, data }, failed), parts))

    expect(text).toContain('"segments":[ {"text":"a","start_ms":1.50,"duration_ms":1}],"error":null}')
    expect(JSON.parse(text)).toMatchObject({
      ...jobSummary(job),
      truncated: false,
      results: [
        { video_id: 'dQw4w9WgXcQ', title: 'Grüße 😀', error: null },
        { status: 'failed', segments: null, error: { code: 'video_private', retryable: false } },
      ],
    })
  })

  it('of no result yet is whole as well', async () => {
    expect(JSON.parse(await textOf(jobJson(job, each(), parts)))).toMatchObject({ results: [] })
  })

  it('shows links instead of texts where these are more than the limit', async () => {
    const large = { ...job, dataBytes: 1_001 }
    const { data: _data, ...withoutText } = transcript

    const text = await textOf(jobJson(large, each(withoutText, failed), parts))

    expect([showsTexts(job, 1_000), showsTexts(large, 1_000)]).toEqual([true, false])
    expect(JSON.parse(text)).toMatchObject({
      truncated: true,
      results: [
        { segments: null, transcript_url: '/transcripts/dQw4w9WgXcQ', title: 'Grüße 😀', error: null },
        { segments: null, transcript_url: null, error: { code: 'video_private' } },
      ],
    })
  })
})

describe('a callback', () => {
  it('says what happened, when, and the job with its results', async () => {
    const body: unknown = JSON.parse(await callback(transcript, failed))

    expect(body).toMatchObject({
      type: 'job.completed',
      timestamp: '2026-01-02T03:05:00.000Z',
      data: { job_id: job.id, status: 'completed', results: [{ status: 'completed' }, { status: 'failed' }] },
    })
  })

  it('of the same job is the same text, however its parts are ordered in memory', async () => {
    const reordered = (value: object) => Object.fromEntries(Object.entries(value).toReversed())
    const other = { ...reordered(job), counts: reordered(job.counts) } as unknown as Job

    const again = await textOf(
      callbackJson(other, { type: 'job.completed', transcripts: each(transcript, failed), ...parts }),
    )

    expect(again).toBe(await callback(transcript, failed))
  })

  it('is never written of a job that has not ended', async () => {
    const early = callbackJson({ ...job, status: 'processing' }, { type: 'x', transcripts: each(), ...parts })

    await expect(textOf(early)).rejects.toThrow('has not ended')
  })
})
