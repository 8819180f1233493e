// Workers that are told to stop, and workers that die of a video.
import assert from 'node:assert/strict'
import type { Hint } from '../../queue.ts'
import type { StorageHarness, StorageSuite } from '../storage-harness.ts'
import { fakeSource, hanging, type FakeFetch } from '../fake-source.ts'
import { fetchedOf, jobOf, videoIds } from '../builders.ts'
import { queueHub } from '../queue-hub.ts'
import { claimOne, only } from '../storage/steps.ts'
import { handedOver } from './handed-over.ts'
import { submit, transcriptsOf, withEngine, type Engine } from './engine.ts'
import { replacing } from './replacing.ts'

export function describeStopping({ describe, it }: StorageSuite): void {
  describe('a worker that is stopped', () => {
    it('finishes what runs, and claims no more', async (harness) => {
      const answer = handedOver<() => void>()
      const slow: FakeFetch = () => new Promise((resolve) => answer.set(() => resolve(fetchedOf('In time.'))))
      await withEngine(harness, { source: fakeSource({ otherwise: slow }) }, async (engine) => {
        const worker = engine.startWorker({ concurrency: 1 })
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        await engine.pass(1_000)

        const stopped = worker.stop()
        answer.get()()
        await engine.pass(1_000)
        await stopped

        const statuses = (await transcriptsOf(engine, job)).map(({ status }) => status)
        assert.deepEqual(statuses, ['completed', 'pending'])
      })
    })

    it('tells others of what it gives back, so that they go on at once', async (harness) => {
      const hub = queueHub()
      const source = fakeSource({
        videos: { dQw4w9WgXcQ: [hanging, 'By another.'], jNQXAC9IVRw: [hanging, 'By another.'] },
      })
      await withEngine(harness, { source, queue: hub.open() }, async (engine) => {
        const worker = engine.startWorker()
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        await engine.pass(1_000)
        engine.startWorker({ reconcileMs: 300_000 })
        await engine.pass(1_000)

        const stopped = worker.stop({ drainMs: 0 })
        const ended = await engine.ended(job, { withinMs: 1_000 })
        await stopped

        assert.equal(ended.status, 'completed')
        assert.deepEqual(hub.hints.at(-1), { source: 'fake', count: 2 })
      })
    })

    it('stops also where the queue fails, which it reports, or does not answer', async (harness) => {
      const failures = [
        { push: () => Promise.reject(new Error('The queue is away.')), reports: ['hint'] },
        { push: () => new Promise<void>(() => undefined), reports: [] },
      ]
      for (const { push, reports } of failures) {
        let isAway = false
        const hub = queueHub().open()
        const queue = { ...hub, push: (hint: Hint) => (isAway ? push() : hub.push(hint)) }
        await withEngine(harness, { source: fakeSource({ otherwise: hanging }), queue }, async (engine) => {
          const worker = engine.startWorker()
          const job = await submit(engine, 'dQw4w9WgXcQ')
          await engine.until(() => engine.source.running === 1)
          isAway = true

          let hasStopped = false
          const stopped = worker.stop({ drainMs: 0 }).then(() => (hasStopped = true))
          await engine.until(() => hasStopped, { withinMs: 5_000 })
          await stopped

          assert.equal(only(await transcriptsOf(engine, job)).status, 'pending')
          const reported = engine.told.flatMap(({ name, event }) => (name === 'engine.error' ? [event.during] : []))
          assert.deepEqual(reported, reports)
          await engine.service.cancel(job.id)
        })
      }
    })

    it('tells nobody where it has given back nothing', async (harness) => {
      const hub = queueHub()
      await withEngine(harness, { queue: hub.open() }, async (engine) => {
        const worker = engine.startWorker()
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))
        const before = hub.hints.length

        await worker.stop()

        assert.equal(before, 1)
        assert.equal(hub.hints.length, 1)
      })
    })

    it('gives back what needs longer than the drain: due at once, nothing counted', async (harness) => {
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [hanging, 'By the next worker.'] } })
      await withEngine(harness, { source }, async (engine) => {
        const worker = engine.startWorker()
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        const stopped = worker.stop({ drainMs: 10_000 })
        await engine.pass(9_000)
        const runningInDrain = source.running
        await engine.pass(2_000)
        await stopped
        const given = only(await transcriptsOf(engine, job))
        engine.startWorker()
        await engine.ended(job)

        assert.equal(runningInDrain, 1)
        assert.equal(given.status, 'pending')
        assert.deepEqual([given.failures, given.crashes], [0, 0])
        assert.equal(only(await transcriptsOf(engine, job)).status, 'completed')
      })
    })
  })

  describe('a worker that is stopped while it claims', () => {
    it('gives back what the claim still brings', async (harness) => {
      const claimed = handedOver<() => void>()
      const slowClaims = replacing(harness.storage, {
        async claim(options) {
          await new Promise<void>((resolve) => claimed.set(resolve))
          return harness.storage.claim(options)
        },
      })
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source, storage: slowClaims }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')
        const worker = engine.startWorker()
        await engine.pass(250)

        let hasStopped = false
        const stopped = worker.stop({ drainMs: 0 }).then(() => (hasStopped = true))
        await engine.pass(1_000)
        const stoppedBefore = hasStopped
        claimed.get()()
        await engine.pass(1_000)
        await stopped

        const { status, attempt, failures } = only(await transcriptsOf(engine, job))
        assert.equal(stoppedBefore, false)
        assert.deepEqual([status, attempt, failures], ['pending', 1, 0])
        assert.equal(source.running, 0)
      })
    })
  })

  describe('a video that kills its workers', () => {
    it('runs alone at its last chance, so that nothing beside it dies with it', async (harness) => {
      let nap = (): Promise<void> => Promise.resolve()
      const beside: number[] = []
      const source = fakeSource({
        otherwise: async ({ videoId }) => {
          if (videoId === 'poisonVideo') beside.push(source.running)
          await nap()
          if (videoId === 'poisonVideo') beside.push(source.running)
          return fetchedOf('It was innocent.')
        },
      })
      await withEngine(harness, { source }, async (engine) => {
        nap = () => engine.clock.sleep(400)
        const suspect = await killTwice(engine, harness, 'poisonVideo')
        const job = await submit(engine, videoIds(12))
        engine.startWorker({ concurrency: 4 })

        await engine.ended(job)
        const ended = await engine.ended(suspect)

        assert.equal(ended.status, 'completed')
        assert.deepEqual(beside, [1, 1])
        assert.equal(source.mostRunning, 4)
      })
    })

    it('fails with worker_lost after the third', async (harness) => {
      await withEngine(harness, {}, async (engine) => {
        const suspect = await killTwice(engine, harness, 'poisonVideo')
        await claimOne(harness.storage, { worker: 'c', leaseMs: 30_000, suspect: true, limit: 1 })
        engine.startWorker()

        const ended = await engine.ended(suspect, { withinMs: 120_000 })

        assert.equal(ended.status, 'failed')
        assert.equal(ended.error?.code, 'worker_lost')
        assert.deepEqual(engine.source.fetched, [])
      })
    })
  })
}

/** A job whose video was with two workers that died. */
async function killTwice(engine: Engine, { storage }: StorageHarness, videoId: string) {
  const { job } = await storage.insertJob(jobOf(videoId))
  for (const worker of ['a', 'b']) {
    await claimOne(storage, { worker, leaseMs: 30_000 })
    await engine.pass(31_000)
    await storage.expire({ maxCrashes: 3, limit: 10 })
  }
  return job
}
