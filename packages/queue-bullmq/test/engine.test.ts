// The engine over Redis: what it gains there, and that it needs nothing of it.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService, type Job, type WorkerOptions } from '@ytscriptify/core'
import { eventually, fakeSource, hanging, type FakeSource } from '@ytscriptify/core/testing'
import { startRedis } from '@ytscriptify/test-servers'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { bullmqQueue } from '../src/index.ts'
import { newPrefix, rawClient, timeOf } from './redis-harness.ts'

async function privateRedis() {
  const redis = await startRedis()
  onTestFinished(redis.stop)
  return redis
}

/** Services on one storage and one Redis, as several processes have them. */
function setUp({ url = inject('redisUrl') } = {}) {
  const storage = memoryStorage()
  const prefix = newPrefix()
  // The last service closes what all of them use.
  const shared = new Proxy(storage, {
    get: (target, method, receiver) =>
      method === 'close' ? () => Promise.resolve() : (Reflect.get(target, method, receiver) as unknown),
  })
  return {
    prefix,
    createService(source: FakeSource = fakeSource()) {
      const queue = bullmqQueue({ connection: url, prefix })
      const service = createTranscriptionService({ storage: shared, source, queue })
      onTestFinished(() => service.close())
      return service
    },
  }
}

const url = (id: string): string => `https://example.test/${id}`
const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `video${String(index).padStart(6, '0')}`)

/** Nothing is found by looking within a test: whatever happens was told. */
const BLIND: WorkerOptions = { reconcileMs: 600_000, renewMs: 300_000, leaseMs: 600_000, drainMs: 0 }

describe('a job that another process submits', () => {
  it('is claimed at once, and its end is seen at once', async () => {
    const { createService } = setUp()
    const [serving, working] = [createService(), createService()]
    working.createWorker(BLIND).start()
    const first = await serving.submit({ urls: [url('dQw4w9WgXcQ')] })
    await serving.waitForEnd(first.job.id)
    const times = []

    for (let round = 0; round < 10; round += 1) {
      times.push(
        await timeOf(async () => {
          const { job } = await serving.submit({ urls: [url('dQw4w9WgXcQ')], refresh: true })
          await serving.waitForEnd(job.id)
        }),
      )
    }

    // Looking alone would show it after one second, and would find the work after three.
    expect(Math.min(...times)).toBeLessThan(100)
  })

  it('is shared by workers that are free', async () => {
    const { createService } = setUp()
    const serving = createService()
    const sources = Array.from({ length: 3 }, () => fakeSource({ otherwise: hanging }))
    for (const source of sources)
      createService(source)
        .createWorker({ ...BLIND, concurrency: 2 })
        .start()
    await eventually(
      async () => {
        await serving.submit({ urls: ids(6).map(url) })
        return sources.every(({ running }) => running === 2)
      },
      { what: 'all of them work' },
    )
  })
})

describe('cancelling', () => {
  it('aborts the work of another process within milliseconds', async () => {
    const { createService } = setUp()
    const source = fakeSource({ otherwise: hanging })
    const [serving, working] = [createService(), createService(source)]
    working.createWorker({ ...BLIND, attemptTimeoutMs: 600_000 }).start()
    const { job } = await serving.submit({ urls: [url('dQw4w9WgXcQ')] })
    await eventually(() => source.running === 1, { what: 'it is worked on' })

    const ms = await timeOf(async () => {
      await serving.cancel(job.id)
      await eventually(() => source.running === 0, { what: 'the work is aborted' })
    })

    expect(ms).toBeLessThan(1_000)
  })
})

describe('without Redis', () => {
  it('a job is accepted at once and ends all the same, a few seconds later', async () => {
    const redis = await privateRedis()
    await redis.pause()
    const { createService } = setUp({ url: redis.url })
    const [serving, working] = [createService(), createService()]
    working.createWorker({ reconcileMs: 300 }).start()

    const times = []
    const jobs: Job[] = []
    for (let submission = 0; submission < 5; submission += 1) {
      times.push(await timeOf(async () => jobs.push((await serving.submit({ urls: ids(5).map(url) })).job)))
    }
    const ended = await Promise.all(jobs.map(({ id }) => serving.waitForEnd(id)))

    expect(ended.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'completed', 'completed'])
    expect(Math.max(...times.slice(1))).toBeLessThan(250)
  })

  it('in the middle of a job nothing is lost, and nothing is done twice', async () => {
    const redis = await privateRedis()
    const { createService } = setUp({ url: redis.url })
    const sources = [fakeSource(), fakeSource()]
    const serving = createService()
    for (const source of sources) createService(source).createWorker({ reconcileMs: 300, concurrency: 2 }).start()

    const jobs = []
    for (let round = 0; round < 10; round += 1) {
      const names = ids(10).map((id) => id.replace('video', `rnd${round}x`))
      jobs.push((await serving.submit({ urls: names.map(url), reuse: 'owner' })).job)
      if (round === 2) await rawClient(redis.url).flushall()
      if (round === 4) await redis.pause()
      if (round === 7) await redis.resume()
    }
    const ended = await Promise.all(jobs.map(({ id }) => serving.waitForEnd(id)))

    expect(ended.every(({ status, counts }) => status === 'completed' && counts.completed === 10)).toBe(true)
    const fetched = sources.flatMap((source) => source.fetched)
    expect(fetched).toHaveLength(100)
    expect(new Set(fetched).size).toBe(100)
  })
})

describe('hints without end', () => {
  it('that somebody forges cause no second try', async () => {
    const { createService, prefix } = setUp()
    const source = fakeSource()
    const [serving, working] = [createService(), createService(source)]
    working.createWorker(BLIND).start()
    const forging = bullmqQueue({ connection: inject('redisUrl'), prefix })
    onTestFinished(() => forging.close())

    const { job } = await serving.submit({ urls: ids(20).map(url) })
    for (let push = 0; push < 50; push += 1) await forging.push({ source: 'fake', count: 10 })
    const ended = await serving.waitForEnd(job.id)

    expect(ended.counts.completed).toBe(20)
    expect(source.fetched).toHaveLength(20)
  })
})
