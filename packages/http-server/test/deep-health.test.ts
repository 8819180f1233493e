// /readyz?deep=1: whether transcripts can be had, for whoever has a key, and without letting anybody hammer the source.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { TranscriptionError, openGate, type SourceDiagnosis } from '@ytscriptify/core'
import { fakeSource, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { rateLimits } from '../src/index.ts'
import { OTHER_KEY, setUp, type SetUpOptions } from './set-up.ts'

const GIVING: SourceDiagnosis = {
  source: 'fake',
  videoId: 'jNQXAC9IVRw',
  ways: [
    {
      target: 'tube.test',
      proxy: 'proxy.test:8080',
      reach: { state: 'reached', ms: 12.3, httpStatus: 204 },
      clients: [
        { name: 'APP', version: '1', state: 'gives', ms: 80.9, language: 'en', segments: 6 },
        { name: 'PAGE', state: 'skipped', why: 'not_needed' },
      ],
    },
  ],
}

const BLOCKED: SourceDiagnosis = {
  source: 'fake',
  ways: [
    {
      target: 'tube.test',
      reach: { state: 'reached', ms: 1, httpStatus: 204 },
      clients: [
        {
          name: 'APP',
          state: 'blocked',
          ms: 1,
          httpStatus: 200,
          error: { code: 'source_blocked', message: 'Not a person.', hint: 'Wait.', retryable: true },
        },
      ],
    },
  ],
}

/** The API over a source that finds this, and counts how often it was asked. */
async function diagnosing(find: (signal: AbortSignal) => Promise<SourceDiagnosis>, options: SetUpOptions = {}) {
  let asked = 0
  const source = {
    ...fakeSource(),
    diagnose: async ({ signal }: { signal: AbortSignal }) => {
      asked += 1
      return [await find(signal)]
    },
  }
  const api = await setUp({ ...options, service: { source } })
  return { ...api, asked: () => asked }
}

describe('/readyz?deep=1', () => {
  it('is 200 with what was found, while transcripts can be had', async () => {
    const { request } = await diagnosing(async () => GIVING)

    const { status, json, headers } = await request('/readyz?deep=1')

    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(json).toMatchObject({
      status: 'ok',
      checked_at: expect.stringMatching(/Z$/),
      findings: [
        { level: 'ok', about: 'storage' },
        { message: 'tube.test answers through the proxy proxy.test:8080 (HTTP 204, 12 ms).', advice: null },
        { message: 'APP 1 through proxy.test:8080 is given captions: 6 lines in "en" (81 ms).' },
      ],
      storage: { state: 'answers', error: null },
      gates: [],
      sources: [
        {
          source: 'fake',
          video_id: 'jNQXAC9IVRw',
          ways: [
            {
              target: 'tube.test',
              proxy: 'proxy.test:8080',
              reach: { state: 'reached', http_status: 204, ms: 12 },
              clients: [
                { name: 'APP', state: 'gives', language: 'en', segments: 6 },
                { name: 'PAGE', state: 'skipped', why: 'not_needed' },
              ],
            },
          ],
        },
      ],
    })
  })

  it('is 503 with what was found, while they cannot, and that is no fault of ours', async () => {
    const { request, faults } = await diagnosing(async () => BLOCKED)

    const { status, json, headers } = await request('/readyz?deep=1')

    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('60')
    expect(json).toMatchObject({ status: 'failing', sources: [{ ways: [{ clients: [{ state: 'blocked' }] }] }] })
    expect(json.findings.at(-1)).toMatchObject({ level: 'problem', remedy: 'ask_less', advice: expect.any(String) })
    expect(faults).toEqual([])
  })

  it('is 503 behind a closed gate, and asks nobody', async () => {
    const storage = memoryStorage()
    const until = new Date(Date.now() + 60_000)
    const closed = { ...openGate('fake', 'fake'), closedUntil: until.getTime() }
    const { request, asked } = await diagnosing(async () => GIVING, {
      storage: { ...storage, listGates: async () => [closed] },
    })

    const { status, json } = await request('/readyz?deep=1')

    expect(status).toBe(503)
    expect(json).toMatchObject({ gates: [{ state: 'closed', closed_until: until.toISOString() }], sources: [] })
    expect(asked()).toBe(0)
  })

  it('is 503 while the storage is away, and tells nobody but the log why', async () => {
    const listGates = (): never => {
      throw new TranscriptionError('storage_unavailable', 'connect ECONNREFUSED db.internal:5432')
    }
    const { request, faults } = await diagnosing(async () => GIVING, { storage: { ...memoryStorage(), listGates } })

    const { status, json, text } = await request('/readyz?deep=1')

    expect(status).toBe(503)
    expect(json).toMatchObject({
      findings: [{ level: 'problem', about: 'storage' }, {}, {}],
      storage: { state: 'failing', error: { code: 'storage_unavailable' } },
    })
    expect(text).not.toContain('db.internal')
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringContaining('db.internal') })])
  })

  // It was in the log again with each request, for as long as the diagnosis was kept.
  it('tells the log once of what keeps the storage away, however many ask, and again with the next diagnosis', async () => {
    const clock = manualClock()
    const listGates = (): never => {
      throw new TranscriptionError('storage_unavailable', 'connect ECONNREFUSED db.internal:5432')
    }
    const { request, faults } = await diagnosing(async () => GIVING, {
      clock,
      storage: { ...memoryStorage(), listGates },
    })

    await Promise.all([request('/readyz?deep=1'), request('/readyz?deep=1')])
    await request('/readyz?deep=1')
    expect(faults).toHaveLength(1)

    await clock.advance(60_000)
    await request('/readyz?deep=1')
    expect(faults).toHaveLength(2)
  })

  it('is degraded while only the queue is away', async () => {
    const { request } = await diagnosing(async () => GIVING, { queue: { isConnected: () => false } })

    expect(await request('/readyz?deep=1')).toMatchObject({
      status: 200,
      json: { status: 'degraded', queue: 'unreachable' },
    })
  })

  it('asks for a key, falls under the limit for reading, and leaves plain /readyz open', async () => {
    const { request, asked } = await diagnosing(async () => GIVING, { limits: rateLimits({ read: '1/minute' }) })

    const without = await request('/readyz?deep=1', { key: null })
    const wrong = await request('/readyz?deep=1', { key: 'wrong' })
    expect([without.status, wrong.status, asked()]).toEqual([401, 401, 0])

    const first = await request('/readyz?deep=1')
    const second = await request('/readyz?deep=1')
    const plain = await request('/readyz', { key: null })
    expect([first.status, second.status, plain.status]).toEqual([200, 429, 200])
  })

  it.each(['/readyz?deep=2', '/readyz?deep=', '/readyz?deep=1&deep=1', '/readyz?deep=1&video=dQw4w9WgXcQ'])(
    'refuses what it does not know, and asks nobody: %s',
    async (path) => {
      const { request, asked } = await diagnosing(async () => GIVING)

      expect((await request(path)).status).toBe(422)
      expect((await request(path, { key: null })).status).toBe(401)
      expect(asked()).toBe(0)
    },
  )

  it('makes one diagnosis for all who ask at the same time, whoever they are', async () => {
    const { request, asked } = await diagnosing(async () => GIVING)

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => request('/readyz?deep=1', index % 2 ? { key: OTHER_KEY } : {})),
    )

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(asked()).toBe(1)
  })

  it('answers with the last one for five minutes, or for one minute where it was bad', async () => {
    const clock = manualClock()
    let found = GIVING
    const { request, asked } = await diagnosing(async () => found, { clock })
    await request('/readyz?deep=1')

    await clock.advance(299_999)
    await request('/readyz?deep=1')
    expect(asked()).toBe(1)

    found = BLOCKED
    await clock.advance(1)
    expect((await request('/readyz?deep=1')).status).toBe(503)
    expect(asked()).toBe(2)

    found = GIVING
    await clock.advance(59_999)
    expect((await request('/readyz?deep=1')).status).toBe(503)
    await clock.advance(1)
    expect((await request('/readyz?deep=1')).status).toBe(200)
    expect(asked()).toBe(3)
  })

  it('is not begun anew by who leaves and comes back', async () => {
    let goOn = (): void => undefined
    const { request, send, asked } = await diagnosing(() => new Promise((resolve) => (goOn = () => resolve(GIVING))))
    const leaving = new AbortController()
    const first = send('/readyz?deep=1', { signal: leaving.signal })
    await expect.poll(asked).toBe(1)

    leaving.abort()
    const second = request('/readyz?deep=1')
    goOn()

    expect((await second).status).toBe(200)
    await first
    expect(asked()).toBe(1)
  })

  it('ends when the server is to stop, for all who wait', async () => {
    const closing = new AbortController()
    const { request, asked, faults } = await diagnosing(() => new Promise(() => undefined))
    const waiting = [1, 2].map(() => request('/readyz?deep=1', { closing: closing.signal }))
    await expect.poll(asked).toBe(1)

    closing.abort()

    for (const answer of waiting) expect(await answer).toMatchObject({ status: 503, json: { code: 'server_closing' } })
    expect(faults).toEqual([])
  })
})
