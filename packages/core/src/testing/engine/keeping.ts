// How long jobs are kept, and what people see of all processes.
import assert from 'node:assert/strict'
import { TranscriptionError } from '../../errors.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { fakeNotifier } from '../fake-notifier.ts'
import { fakeSource, hanging } from '../fake-source.ts'
import { importedJobOf, importedText, videoIds } from '../builders.ts'
import { only } from '../storage/steps.ts'
import { HOOK } from './callback-steps.ts'
import { deafQueue } from './deaf-queue.ts'
import { submit, withEngine, type Engine } from './engine.ts'
import { replacing } from './replacing.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** With a queue that hints nothing: these tests pass a long time, in which a storage on a server would be asked often. */
const SELDOM = { reconcileMs: 60_000, renewMs: 15_000 } as const

export function describeKeeping({ describe, it }: StorageSuite): void {
  describe('jobs that ended long ago', () => {
    it('are kept for ever by a worker that was not told otherwise', (harness) =>
      withEngine(harness, { queue: deafQueue }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')
        engine.startWorker(SELDOM)
        await engine.ended(job)

        await harness.advance(1_000 * HOUR)
        await engine.clock.advance(21 * MINUTE)

        assert.equal((await engine.service.get(job.id)).status, 'completed')
        assert.deepEqual(purgedBy(engine), [])
      }))

    it('are deleted by a worker that keeps them for a while: at its start, and every ten minutes', (harness) =>
      withEngine(harness, { queue: deafQueue }, async (engine) => {
        const [early, late] = [importedJobOf('dQw4w9WgXcQ', ENDED), importedJobOf('jNQXAC9IVRw', ENDED)]
        await harness.storage.importJobs([early])

        engine.startWorker({ ...SELDOM, retentionMs: HOUR })
        await engine.pass(1_000)
        const atStart = purgedBy(engine)
        await harness.storage.importJobs([late])
        await engine.clock.advance(9 * MINUTE)
        const before = purgedBy(engine)
        await engine.clock.advance(2 * MINUTE)

        assert.deepEqual(atStart, [1])
        assert.deepEqual(before, [1])
        assert.deepEqual(purgedBy(engine), [1, 1])
        await assert.rejects(engine.service.get(early.id), isJobNotFound)
        await assert.rejects(engine.service.get(late.id), isJobNotFound)
      }))

    it('go fifty at a time, while new jobs are worked on', (harness) =>
      withEngine(harness, {}, async (engine) => {
        await harness.storage.importJobs(videoIds(120).map((id) => importedJobOf(id, ENDED)))
        engine.startWorker({ retentionMs: HOUR })

        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.ended(job)
        await engine.until(() => purgedBy(engine).length === 3)

        assert.deepEqual(purgedBy(engine), [50, 50, 20])
        assert.equal((await engine.service.get(job.id)).status, 'completed')
      }))

    it('stay as long as their callback is still to be made', (harness) =>
      withEngine(harness, { notifier: fakeNotifier() }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ', { callbackUrl: HOOK })
        const working = engine.startWorker({ deliveries: 'off' })
        await engine.ended(job)
        await working.stop()
        await harness.advance(2 * HOUR)

        const before = await engine.service.purge({ olderThanMs: HOUR })
        engine.startWorker()
        await engine.until(async () => (await engine.service.deliveries(job.id)).some(({ endedAt }) => endedAt))
        const after = await engine.service.purge({ olderThanMs: HOUR })

        assert.deepEqual([before, after], [0, 1])
      }))

    it('are deleted later where the storage is away', (harness) => {
      let isAway = true
      const storage = replacing(harness.storage, {
        async purgeJobs(options) {
          if (isAway) throw new TranscriptionError('storage_unavailable', 'The database is away.')
          return harness.storage.purgeJobs(options)
        },
      })
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        await harness.storage.importJobs([importedJobOf('dQw4w9WgXcQ', ENDED)])
        engine.startWorker({ ...SELDOM, retentionMs: HOUR })
        await engine.pass(1_000)
        isAway = false
        await engine.clock.advance(13 * MINUTE)

        const errors = engine.told.filter(({ name, event }) => name === 'engine.error' && event.during === 'purge')
        assert.equal(errors.length, 1)
        assert.deepEqual(purgedBy(engine), [1])
      })
    })

    it('are left where the worker stops, after the fifty in hand', (harness) => {
      const counts: number[] = []
      const stopping = new Set<() => void>()
      const storage = replacing(harness.storage, {
        async purgeJobs(options) {
          for (const stop of stopping) stop()
          const count = await harness.storage.purgeJobs(options)
          counts.push(count)
          return count
        },
      })
      return withEngine(harness, { storage }, async (engine) => {
        await harness.storage.importJobs(videoIds(120).map((id) => importedJobOf(id, ENDED)))
        const worker = engine.service.createWorker({ retentionMs: HOUR })
        stopping.add(() => void worker.stop())

        worker.start()
        await engine.until(() => counts.length > 0)
        await worker.stop()

        assert.deepEqual(counts, [50])
      })
    })
  })

  describe('a purge that somebody asks for', () => {
    it('says how many it deleted, and leaves what is younger', (harness) =>
      withEngine(harness, {}, async (engine) => {
        await harness.storage.importJobs(videoIds(70).map((id) => importedJobOf(id, ENDED)))
        engine.startWorker()
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.ended(job)

        const count = await engine.service.purge({ olderThanMs: HOUR })

        assert.equal(count, 70)
        assert.deepEqual(
          (await engine.service.list()).jobs.map(({ id }) => id),
          [job.id],
        )
      }))

    it('ends early where its signal aborts, and says how far it came', (harness) =>
      withEngine(harness, {}, async (engine) => {
        await harness.storage.importJobs(videoIds(120).map((id) => importedJobOf(id, ENDED)))
        const controller = new AbortController()
        engine.service.on('jobs.purged', () => controller.abort())

        const count = await engine.service.purge({ olderThanMs: HOUR, signal: controller.signal })

        assert.equal(count, 50)
        assert.equal((await engine.service.list({ limit: 1_000 })).jobs.length, 70)
      }))

    it('may end while somebody still works on a job that it takes: their result is refused', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging }) }, async (engine) => {
        const worker = engine.startWorker()
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        await engine.service.cancel(job.id)
        const count = await engine.service.purge({ olderThanMs: 0 })
        await engine.pass(10_000)

        assert.equal(count, 1)
        assert.equal(worker.stats().running, 0)
        assert.deepEqual(
          engine.told.filter(({ name }) => name === 'engine.error'),
          [],
        )
      }))
  })

  describe('what goes on', () => {
    it('is seen by everybody: who works on what, where, and how much there is to do', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging }) }, async (engine) => {
        const worker = engine.startWorker({ name: 'worker1@b', host: 'b', concurrency: 1 })
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        await engine.pass(1_000)

        const active = only(await engine.service.active())
        const seen = only(await engine.service.workers())
        const { gates, transcripts, jobs } = await engine.service.stats()

        assert.deepEqual([active.jobId, active.videoId, active.attempt], [job.id, 'dQw4w9WgXcQ', 1])
        assert.deepEqual(active.worker, { id: worker.id, name: 'worker1@b' })
        assert.deepEqual([seen.id, seen.host, seen.active, seen.isLost], [worker.id, 'b', 1, false])
        assert.deepEqual(transcripts, { due: 1, waiting: 0, processing: 1 })
        assert.deepEqual(jobs, { pending: 0, processing: 1 })
        assert.deepEqual(
          gates.map(({ key }) => key),
          ['fake'],
        )
      }))

    it('is over for a worker that has stopped', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const worker = engine.startWorker()
        await engine.pass(1_000)

        await worker.stop()

        assert.deepEqual(await engine.service.workers(), [])
      }))
  })

  describe('a job that was imported', () => {
    it('is worked on like any other, and its failures can be tried again', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const states = [importedText('Done elsewhere.')]
        const open = importedJobOf(['dQw4w9WgXcQ', 'jNQXAC9IVRw'], { states })
        const cancelled = importedJobOf('9bZkp7q19f0', { status: 'cancelled', states: [{ type: 'cancelled' }] })
        await harness.storage.importJobs([open, cancelled])
        engine.startWorker()

        const ended = await engine.ended(open)
        const { job } = await engine.service.retry(cancelled.id)
        const retried = await engine.ended(job)

        assert.deepEqual(ended.counts, { total: 2, completed: 2, failed: 0, cancelled: 0 })
        assert.equal(retried.status, 'completed')
        assert.deepEqual([...engine.source.fetched].sort(), ['9bZkp7q19f0', 'jNQXAC9IVRw'])
      }))
  })
}

const ENDED = { status: 'completed', states: [importedText('A text.')] } as const

/** How many jobs each purge of this process has deleted. */
const purgedBy = ({ told }: Engine): readonly number[] =>
  told.flatMap(({ name, event }) => (name === 'jobs.purged' ? [event.count] : []))

const isJobNotFound = (error: unknown): boolean => error instanceof TranscriptionError && error.code === 'job_not_found'
