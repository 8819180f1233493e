import { memoryStorage } from '@ytscriptify/adapter-memory'
import { eventually, failing, hanging, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { rateLimits } from '../src/index.ts'
import { OTHER_KEY, setUp, type SetUpOptions } from './set-up.ts'

/** The API, with a worker that holds videos which never come. */
async function busy({ videos, ...options }: SetUpOptions & { readonly videos: Readonly<Record<string, number>> }) {
  const api = await setUp({ source: { otherwise: hanging }, ...options })
  const total = Object.values(videos).reduce((sum, count) => sum + count, 0)
  for (const [owner, count] of Object.entries(videos)) {
    const urls = Array.from(
      { length: count },
      (_, index) => `https://example.test/${owner}-${String(index).padStart(10 - owner.length, '0')}`,
    )
    await api.service.submit({ urls, owner })
  }
  const worker = api.service.createWorker({ name: 'w1', host: 'machine.test', concurrency: total, drainMs: 0 })
  worker.start()
  await eventually(() => worker.stats().running === total, { what: 'all videos are worked on' })
  return { ...api, worker }
}

describe('GET /inspect/active', () => {
  it('shows which worker holds which video, since when and at which attempt', async () => {
    const { request, worker } = await busy({ videos: { anna: 2 } })

    const { status, json } = await request('/inspect/active')

    expect(status).toBe(200)
    expect(json).toMatchObject({
      active: [
        {
          owner: 'anna',
          position: 0,
          video_id: 'anna-000000',
          url: 'https://example.test/anna-000000',
          source: 'fake',
          attempt: 1,
          worker: { id: worker.id, name: 'w1' },
          failures: 0,
          crashes: 0,
        },
        { position: 1 },
      ],
      others: { count: 0 },
      truncated: false,
    })
    const [{ since, lease_until: leaseUntil }] = json.active
    expect(Date.parse(leaseUntil)).toBeGreaterThan(Date.parse(since))
  })

  it('shows of other owners only how many of their videos are worked on', async () => {
    const { request } = await busy({ videos: { anna: 1, bert: 3 } })

    const { json, text } = await request('/inspect/active')

    expect(json.active).toHaveLength(1)
    expect(json.others).toEqual({ count: 3 })
    expect(text).not.toContain('bert')
    expect((await request('/inspect/active', { key: OTHER_KEY })).json.others).toEqual({ count: 1 })
  })

  it('shows as many as are asked for, and says when there are more', async () => {
    const { request } = await busy({ videos: { anna: 3 } })

    const some = await request('/inspect/active?limit=2')
    const all = await request('/inspect/active?limit=3')

    expect(some.json).toMatchObject({ active: [{ position: 0 }, { position: 1 }], truncated: true })
    expect(all.json).toMatchObject({ active: { length: 3 }, truncated: false })
  })

  it('finds the caller’s own behind those of others, however few are asked for', async () => {
    const { request } = await busy({ videos: { bert: 20, anna: 1 } })

    expect((await request('/inspect/active?limit=1')).json).toMatchObject({
      active: [{ video_id: 'anna-000000' }],
      others: { count: 20 },
      truncated: false,
    })
  })

  it.each(['0', '1001', '-1', 'all', ''])('refuses the limit "%s"', async (limit) => {
    const { request } = await setUp()

    const { status, json } = await request(`/inspect/active?limit=${limit}`)

    expect({ status, code: json.code, path: json.errors[0].path }).toEqual({
      status: 422,
      code: 'invalid_input',
      path: 'limit',
    })
  })
})

describe('GET /inspect/workers', () => {
  it('shows the workers of all processes, what they hold, and which are lost', async () => {
    const clock = manualClock()
    const storage = memoryStorage({ clock })
    const { request } = await setUp({ storage })
    await storage.renew({ worker: { id: 'id-a', name: 'a', leaseMs: 30_000 }, leases: [] })
    await clock.advance(90_000)
    const b = { id: 'id-b', name: 'b', host: 'machine.test', leaseMs: 30_000 }
    await storage.renew({ worker: b, leases: [] })

    const { json } = await request('/inspect/workers')

    expect(json).toEqual({
      workers: [
        {
          id: 'id-a',
          name: 'a',
          host: null,
          started_at: '2026-01-01T00:00:00.000Z',
          seen_at: '2026-01-01T00:00:00.000Z',
          lease_ms: 30_000,
          is_lost: true,
          active: 0,
        },
        {
          id: 'id-b',
          name: 'b',
          host: 'machine.test',
          started_at: '2026-01-01T00:01:30.000Z',
          seen_at: '2026-01-01T00:01:30.000Z',
          lease_ms: 30_000,
          is_lost: false,
          active: 0,
        },
      ],
    })
  })

  it('says how many videos each holds, of all owners', async () => {
    const { request } = await busy({ videos: { anna: 1, bert: 2 } })

    expect((await request('/inspect/workers')).json.workers).toMatchObject([{ host: 'machine.test', active: 3 }])
  })
})

describe('GET /inspect/stats', () => {
  it('shows how much there is to do, how long it has waited, and the rates of the last minute', async () => {
    const clock = manualClock()
    const { request, service } = await setUp({ storage: memoryStorage({ clock }) })
    await service.submit({ urls: ['aaaaaaaaaaa', 'bbbbbbbbbbb'], owner: 'bert' })
    await clock.advance(90_000)

    const { json } = await request('/inspect/stats')

    expect(json).toMatchObject({
      jobs: { pending: 1, processing: 0 },
      transcripts: { due: 2, waiting: 0, processing: 0 },
      oldest_due_ms: 90_000,
      deliveries: { due: 0, waiting: 0, processing: 0, oldest_due_ms: null },
      last_minute: { jobs: 0, completed: 0, failed: 0, cancelled: 0 },
    })
  })

  it('shows until when a gate is closed', async () => {
    const { request, service } = await setUp({ source: { otherwise: failing('source_blocked') } })
    await service.submit({ urls: ['aaaaaaaaaaa'] })
    const worker = service.createWorker()
    worker.start()
    const gateOf = async () => (await request('/inspect/stats')).json.gates[0]
    await eventually(async () => (await gateOf())?.closed_until, { what: 'the gate is closed' })

    const gate = await gateOf()

    expect(gate).toMatchObject({ key: 'fake', source: 'fake' })
    expect(Date.parse(gate.closed_until)).toBeGreaterThan(Date.now())
  })
})

describe('inspections', () => {
  it.each(['/inspect/active', '/inspect/workers', '/inspect/stats', '/metrics'])(
    '%s needs a key, falls under the limit for reading, and is not kept by caches',
    async (path) => {
      const { request } = await setUp({ limits: rateLimits({ read: '1/minute' }) })

      const without = await request(path, { key: null })
      const first = await request(path)
      const second = await request(path)

      expect([without.status, first.status, second.status]).toEqual([401, 200, 429])
      expect(first.headers.get('cache-control')).toBe('no-store')
    },
  )
})
