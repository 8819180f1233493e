import type { Track } from '@ytscriptify/core'
import { failing, type FakeSourceOptions } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { rateLimits } from '../src/index.ts'
import { setUp } from './set-up.ts'

const TRACKS: readonly Track[] = [
  { language: 'en', kind: 'manual', name: 'English', translatable: true, translatesTo: ['de', 'fr'] },
  { language: 'en', kind: 'generated' },
]

const withTracks = (tracks: FakeSourceOptions['tracks'] = TRACKS) => setUp({ source: { ...(tracks && { tracks }) } })

describe('GET /videos/{id}/tracks', () => {
  it('lists the caption tracks of a video, what is not known as null', async () => {
    const { request, storedJobs } = await withTracks()

    const { status, headers, json } = await request('/videos/dQw4w9WgXcQ/tracks')

    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(json).toEqual({
      video_id: 'dQw4w9WgXcQ',
      tracks: [
        { language: 'en', name: 'English', kind: 'manual', translatable: true, translates_to: ['de', 'fr'] },
        { language: 'en', name: null, kind: 'generated', translatable: null, translates_to: null },
      ],
    })
    expect(await storedJobs()).toBe(0)
  })

  it('takes a whole URL, percent-encoded', async () => {
    const { request } = await withTracks()

    const { json } = await request(`/videos/${encodeURIComponent('https://example.test/dQw4w9WgXcQ')}/tracks`)

    expect(json.video_id).toBe('dQw4w9WgXcQ')
  })

  it('needs a key, and counts in the limit of what reads', async () => {
    const { request } = await setUp({ source: { tracks: TRACKS }, limits: rateLimits({ read: '1/minute' }) })

    expect((await request('/videos/dQw4w9WgXcQ/tracks', { key: null })).status).toBe(401)
    expect((await request('/videos/dQw4w9WgXcQ/tracks')).status).toBe(200)
    expect((await request('/videos/dQw4w9WgXcQ/tracks')).status).toBe(429)
  })

  it('refuses what is no video, and says so where the source cannot list tracks', async () => {
    const { request } = await withTracks()
    const cannot = await setUp()

    expect(await request('/videos/nonsense/tracks')).toMatchObject({ status: 422, json: { code: 'unsupported_url' } })
    expect(await cannot.request('/videos/dQw4w9WgXcQ/tracks')).toMatchObject({
      status: 422,
      json: { code: 'not_supported', detail: 'The source "fake" does not list the tracks of a video.' },
    })
  })

  it.each(['video_private', 'transcripts_disabled', 'source_timeout'] as const)(
    'passes on what the source says instead: %s',
    async (code) => {
      const { request, faults } = await withTracks(failing(code))

      const { status, json, headers } = await request('/videos/dQw4w9WgXcQ/tracks')

      expect(status).toBe(409)
      expect(json).toMatchObject({ code, retryable: code === 'source_timeout', retry_at: null })
      expect(headers.has('retry-after')).toBe(false)
      expect(faults).toEqual([])
    },
  )

  it('says when it makes sense to ask again, where the source says so', async () => {
    const retryAt = new Date(Date.now() + 90_000)
    const { request } = await withTracks(failing('source_rate_limited', { retryAt }))

    const { status, json, headers } = await request('/videos/dQw4w9WgXcQ/tracks')

    expect(status).toBe(409)
    expect(json).toMatchObject({ code: 'source_rate_limited', retryable: true, retry_at: retryAt.toISOString() })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(90)
  })

  it('stops asking when the server is to stop, as when the client has gone', async () => {
    const aborted: unknown[] = []
    const closing = new AbortController()
    const { request } = await withTracks(
      (_video, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.reason)
            reject(signal.reason)
          })
          closing.abort(new Error('SIGTERM'))
        }),
    )

    expect(await request('/videos/dQw4w9WgXcQ/tracks', { closing: closing.signal })).toMatchObject({
      status: 503,
      json: { code: 'server_closing' },
    })
    expect(aborted).toHaveLength(1)
  })

  it('shows nothing of a fault in the source', async () => {
    const { request, faults } = await withTracks(new Error('password of the proxy'))

    const { status, text } = await request('/videos/dQw4w9WgXcQ/tracks')

    expect(status).toBe(500)
    expect(text).not.toContain('password')
    expect(faults).toHaveLength(1)
  })
})
