import type { Track } from '@ytscriptify/core'
import { failing, manualClock, type FakeSourceOptions } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { rateLimits } from '../src/index.ts'
import { OTHER_KEY, setUp, type SetUpOptions } from './set-up.ts'

const TRACKS: readonly Track[] = [
  { language: 'en', kind: 'manual', name: 'English', translatable: true, translatesTo: ['de', 'fr'] },
  { language: 'en', kind: 'generated' },
]

const withTracks = (tracks: FakeSourceOptions['tracks'] = TRACKS) => setUp({ source: { ...(tracks && { tracks }) } })

/** The API over a source that answers so, and remembers which videos it was asked for. */
async function counting(answer: (signal: AbortSignal) => Promise<readonly Track[]>, options: SetUpOptions = {}) {
  const asked: string[] = []
  const tracks: FakeSourceOptions['tracks'] = ({ videoId }, { signal }) => {
    asked.push(videoId)
    return answer(signal)
  }
  return { ...(await setUp({ ...options, source: { tracks } })), asked }
}

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

  it('needs a key, and counts in the limit of what submits, as the source is asked', async () => {
    const { request } = await setUp({ source: { tracks: TRACKS }, limits: rateLimits({ request: '1/minute' }) })

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

  it('refuses parameters, which it does not know, and asks nobody', async () => {
    const { request, asked } = await counting(async () => TRACKS)

    expect(await request('/videos/dQw4w9WgXcQ/tracks?lang=en')).toMatchObject({
      status: 422,
      json: { code: 'invalid_input', errors: [{ in: 'query', path: 'lang' }] },
    })
    expect(asked).toEqual([])
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

  it('stops asking when the server is to stop', async () => {
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

describe('questions for tracks', () => {
  const URL_OF_IT = `/videos/${encodeURIComponent('https://example.test/dQw4w9WgXcQ')}/tracks`

  it('are one for all who ask for a video at the same time, whoever they are and however they write it', async () => {
    const { request, asked } = await counting(async () => TRACKS)

    const answers = await Promise.all([
      request('/videos/dQw4w9WgXcQ/tracks'),
      request('/videos/dQw4w9WgXcQ/tracks', { key: OTHER_KEY }),
      request(URL_OF_IT),
      request('/videos/gettysburg1/tracks'),
    ])

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(asked.toSorted()).toEqual(['dQw4w9WgXcQ', 'gettysburg1'])
  })

  it.each([
    ['tracks', async () => TRACKS, 60_000],
    ['what lasts', () => Promise.reject(failing('video_private')), 60_000],
    ['what may pass', () => Promise.reject(failing('source_request_failed')), 10_000],
  ] as const)('are not asked again while the answer is fresh: %s', async (_what, answer, freshMs) => {
    const clock = manualClock()
    const { request, asked } = await counting(answer, { clock })
    const first = await request('/videos/dQw4w9WgXcQ/tracks')

    await clock.advance(freshMs - 1)
    const second = await request(URL_OF_IT)
    expect([second.status, asked.length]).toEqual([first.status, 1])

    await clock.advance(1)
    await request('/videos/dQw4w9WgXcQ/tracks')
    expect(asked).toHaveLength(2)
  })

  it('are asked again at once after a fault of ours', async () => {
    let isBroken = true
    const { request, asked } = await counting(async () => {
      if (isBroken) throw new Error('A fault.')
      return TRACKS
    })

    expect((await request('/videos/dQw4w9WgXcQ/tracks')).status).toBe(500)
    isBroken = false
    expect((await request('/videos/dQw4w9WgXcQ/tracks')).status).toBe(200)
    expect(asked).toHaveLength(2)
  })

  it('keep the newest thousand answers', async () => {
    const { request, send, asked } = await counting(async () => TRACKS)
    const idOf = (number: number): string => String(number).padStart(11, 'v')
    for (let number = 0; number <= 1_000; number += 1) await send(`/videos/${idOf(number)}/tracks`)
    asked.length = 0

    await request(`/videos/${idOf(1)}/tracks`)
    await request(`/videos/${idOf(0)}/tracks`)

    expect(asked).toEqual([idOf(0)])
  })

  it('are refused beyond sixteen videos at once, and are let in again when one is answered', async () => {
    const waiting: ((tracks: readonly Track[]) => void)[] = []
    const { request, asked } = await counting(() => new Promise((resolve) => waiting.push(resolve)))
    const ids = Array.from({ length: 17 }, (_, index) => `videoNumb${10 + index}`)
    const first = ids.slice(0, 16).map((id) => request(`/videos/${id}/tracks`))
    await expect.poll(() => asked.length).toBe(16)

    const refused = await request(`/videos/${ids[16]}/tracks`)
    const joined = request(`/videos/${ids[0]}/tracks`)

    expect(refused).toMatchObject({ status: 429, json: { code: 'rate_limited' } })
    expect(refused.headers.get('retry-after')).toBe('5')
    for (const answer of waiting.splice(0)) answer(TRACKS)
    for (const answer of [...first, joined]) expect((await answer).status).toBe(200)
    const again = request(`/videos/${ids[16]}/tracks`)
    await expect.poll(() => waiting.length).toBe(1)
    waiting[0]?.(TRACKS)
    expect((await again).status).toBe(200)
  })

  it('are not begun anew by who leaves and comes back', async () => {
    let goOn = (): void => undefined
    const { request, send, asked } = await counting(() => new Promise((resolve) => (goOn = () => resolve(TRACKS))))
    const leaving = new AbortController()
    const first = send('/videos/dQw4w9WgXcQ/tracks', { signal: leaving.signal })
    await expect.poll(() => asked.length).toBe(1)

    leaving.abort()
    await first
    const second = request('/videos/dQw4w9WgXcQ/tracks')
    goOn()

    expect((await second).status).toBe(200)
    expect(asked).toHaveLength(1)
  })

  it('tell of a fault that comes when nobody waits any more', async () => {
    let fail = (): void => undefined
    const { send, asked, faults } = await counting(
      () => new Promise((_resolve, reject) => (fail = () => reject(new Error('A fault.')))),
    )
    const leaving = new AbortController()
    const left = send('/videos/dQw4w9WgXcQ/tracks', { signal: leaving.signal })
    await expect.poll(() => asked.length).toBe(1)

    leaving.abort()
    await left
    fail()

    await expect.poll(() => faults).toEqual([expect.objectContaining({ message: 'A fault.' })])
  })
})
