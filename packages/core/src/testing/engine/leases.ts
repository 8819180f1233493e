// Workers that pause, lose their leases, or lose the storage.
import assert from 'node:assert/strict'
import { TranscriptionError } from '../../errors.ts'
import type { ExpireResult, TranscriptionStorage } from '../../storage.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { fakeSource, hanging, type FakeFetch } from '../fake-source.ts'
import { fetchedOf, jobOf } from '../builders.ts'
import { claimOne, only } from '../storage/steps.ts'
import { deafQueue } from './deaf-queue.ts'
import { handedOver } from './handed-over.ts'
import { submit, transcriptsOf, withEngine } from './engine.ts'
import { refusingTexts, replacing } from './replacing.ts'

export function describeEngineLeases({ describe, it }: StorageSuite): void {
  describe('leases of a worker', () => {
    it('are renewed as long as the work takes', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging }) }, async (engine) => {
        engine.startWorker({ attemptTimeoutMs: 600_000 })

        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(120_000)

        const { status, attempt } = only(await transcriptsOf(engine, job))
        assert.equal(status, 'processing')
        assert.equal(attempt, 1)
      }))

    it('go to another worker when the first one pauses, whose late result is refused and counted', async (harness) => {
      const answer = handedOver<() => void>()
      const slow: FakeFetch = () => new Promise((resolve) => answer.set(() => resolve(fetchedOf('Too late.'))))
      const storage = await harness.another()
      await withEngine(harness, { source: fakeSource({ otherwise: slow }), storage }, async (paused) => {
        const first = paused.startWorker()
        const job = await submit(paused, 'dQw4w9WgXcQ')
        await paused.pass(1_000)
        await withEngine(harness, {}, async (other) => {
          // Only the storage's time and the other process's pass: the first one is stopped.
          other.startWorker()
          const ended = await other.ended(job)

          answer.get()()
          await paused.clock.advance(0)

          assert.equal(ended.status, 'completed')
          assert.equal(first.stats().stale, 1)
          const { data, attempt, crashes } = only(await transcriptsOf(other, job))
          assert.match(String(data), /Text of dQw4w9WgXcQ/)
          assert.equal(attempt, 2)
          assert.equal(crashes, 1)
        })
      })
    })

    it('of a worker that died are taken back when they run out, however seldom a process looks', (harness) =>
      withEngine(harness, { queue: deafQueue }, async (engine) => {
        const { job } = await harness.storage.insertJob(jobOf('dQw4w9WgXcQ'))
        await claimOne(harness.storage, { worker: 'dead', leaseMs: 30_250 })
        engine.startWorker({ leaseMs: 30_000, reconcileMs: 10_000 })

        await engine.pass(30_000)
        const before = only(await transcriptsOf(engine, job)).attempt
        const ended = await engine.ended(job, { withinMs: 750 })

        assert.equal(before, 1)
        assert.equal(ended.status, 'completed')
      }))

    it('of a worker that died go to whoever has use for them, whoever takes them back', (harness) =>
      withEngine(harness, { queue: deafQueue }, async (engine) => {
        const { job } = await harness.storage.insertJob(jobOf('dQw4w9WgXcQ'))
        await claimOne(harness.storage, { worker: 'dead', leaseMs: 31_500 })
        engine.startWorker({ leaseMs: 30_000, reconcileMs: 10_000, jobIds: ['another'] })
        engine.startWorker({ leaseMs: 30_000, reconcileMs: 10_000 })

        await engine.pass(31_250)
        const ended = await engine.ended(job, { withinMs: 1_000 })

        assert.equal(ended.status, 'completed')
      }))

    it('that are renewed are not looked at more often for it', (harness) => {
      const { storage, looks } = countingLooks(harness.storage)
      return withEngine(
        harness,
        { storage, queue: deafQueue, source: fakeSource({ otherwise: hanging }) },
        async (engine) => {
          await submit(engine, 'dQw4w9WgXcQ')
          engine.startWorker({ leaseMs: 2_000, reconcileMs: 3_000, attemptTimeoutMs: 600_000 })
          await engine.pass(31_000)

          assert.ok(looks() <= 11, `${looks()} looks in 31 s`)
        },
      )
    })

    it('that have run out, and cannot be taken back yet, are looked at once a second at most', (harness) => {
      let isAway = false
      const { storage, looks } = countingLooks(
        replacing(harness.storage, {
          async expire() {
            if (isAway) throw new TranscriptionError('storage_unavailable', 'The database is away.')
            return HELD_BY_SOMEBODY
          },
        }),
      )
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        engine.startWorker({ reconcileMs: 3_000 })
        await engine.pass(12_000)
        const held = looks()
        isAway = true
        await engine.pass(12_000)

        assert.ok(held > 6 && held <= 13, `${held} looks in 12 s`)
        assert.ok(looks() - held <= 5, `${looks() - held} looks in 12 s at a storage that is away`)
      })
    })

    it('that cannot be taken back yet keep nobody from finding work', (harness) => {
      const storage = replacing(harness.storage, { expire: () => Promise.resolve(HELD_BY_SOMEBODY) })
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        engine.startWorker({ reconcileMs: 3_000 })
        await engine.pass(1_000)

        const job = await submit(engine, 'dQw4w9WgXcQ')

        assert.equal((await engine.ended(job, { withinMs: 4_000 })).status, 'completed')
      })
    })

    it('that were lost abort the work with the next renewal', async (harness) => {
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ attemptTimeoutMs: 600_000 })
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)
        const runningBefore = source.running

        await engine.service.cancel(job.id)
        await engine.clock.advance(5_000)

        assert.equal(runningBefore, 1)
        assert.equal(source.running, 0)
      })
    })

    it('that were lost leave a slot, in which the same work begins anew at once', async (harness) => {
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [hanging, 'Once more.'] } })
      await withEngine(harness, { source, queue: deafQueue }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')
        engine.startWorker({ leaseMs: 30_000, reconcileMs: 300_000 })
        await engine.until(() => source.running === 1)
        // The clock of the process stands still meanwhile, and somebody else takes back what it holds.
        await harness.advance(31_000)
        await harness.storage.expire({ maxCrashes: 3, limit: 10 })

        const ended = await engine.ended(job, { withinMs: 10_000 })

        assert.equal(ended.status, 'completed')
        assert.equal(only(await transcriptsOf(engine, job)).attempt, 2)
      })
    })

    it('abort their work by themselves when the storage is away for longer than they last', async (harness) => {
      const source = fakeSource({ otherwise: hanging })
      const away = switchable(harness.storage)
      await withEngine(harness, { source, storage: away.storage }, async (engine) => {
        engine.startWorker({ leaseMs: 30_000, attemptTimeoutMs: 600_000 })
        await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        away.disappear()
        await engine.clock.advance(24_000)
        const runningWithin = source.running
        await engine.clock.advance(11_000)
        const runningAfter = source.running
        away.comeBack()

        assert.equal(runningWithin, 1)
        assert.equal(runningAfter, 0)
      })
    })

    it('keep a result until the storage is back', async (harness) => {
      const away = switchable(harness.storage)
      const answer = handedOver<() => void>()
      const slow: FakeFetch = () => new Promise((resolve) => answer.set(() => resolve(fetchedOf('Kept.'))))
      await withEngine(harness, { source: fakeSource({ otherwise: slow }), storage: away.storage }, async (engine) => {
        engine.startWorker()
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        away.disappear()
        answer.get()()
        await engine.clock.advance(10_000)
        away.comeBack()
        const ended = await engine.ended(job)

        assert.equal(ended.status, 'completed')
        assert.equal(engine.source.fetched.length, 1)
        assert.ok(engine.told.some(({ name, event }) => name === 'engine.error' && event.during === 'settle'))
      })
    })
  })

  describe('an outcome that the storage cannot take', () => {
    it('becomes a failure, and does not hold its slot for ever', async (harness) => {
      await withEngine(harness, { storage: refusingTexts(harness.storage) }, async (engine) => {
        engine.startWorker({ retry: { maxFailures: 1 } })

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const ended = await engine.ended(job)
        assert.equal(ended.status, 'failed')
        assert.match(String(ended.error?.message), /It cannot be stored/)
      })
    })
  })

  describe('an attempt of which the storage can take nothing', () => {
    it('frees its slot at once, and uses up the time of its job, so that the job ends', async (harness) => {
      const stubborn = replacing(harness.storage, {
        settle: () => Promise.reject(new TypeError('It cannot be stored.')),
      })
      await withEngine(harness, { storage: stubborn }, async (engine) => {
        const worker = engine.startWorker({ leaseMs: 10_000 })

        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)
        const running = worker.stats().running
        await engine.pass(14_000)

        assert.equal(running, 0)
        assert.equal(only(await transcriptsOf(engine, job)).attempt, 2)
        assert.ok((await engine.service.get(job.id)).usedMs >= 10_000)
      })
    })
  })

  describe('waiting for a job while the storage is away', () => {
    it('goes on when it is back', async (harness) => {
      const away = switchable(harness.storage)
      await withEngine(harness, { storage: away.storage }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')
        const end = engine.service.waitForEnd(job.id)
        await engine.pass(1_000)

        away.disappear()
        await engine.clock.advance(5_000)
        away.comeBack()
        engine.startWorker()
        await engine.ended(job)
        await engine.pass(1_000)

        assert.equal((await end).status, 'completed')
      })
    })
  })

  describe('cancelling a running job', () => {
    it('aborts what runs, keeps what is completed, and settles nothing afterwards', async (harness) => {
      const source = fakeSource({ videos: { dQw4w9WgXcQ: 'Done before.' }, otherwise: hanging })
      await withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ concurrency: 2, attemptTimeoutMs: 600_000 })
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw', '9bZkp7q19f0', 'M7lc1UVf-VE'])
        await engine.pass(1_000)

        await engine.service.cancel(job.id)
        const atCancel = await transcriptsOf(engine, job)
        await engine.pass(5_000)
        const runningAfterRenewal = source.running
        await engine.pass(120_000)

        assert.deepEqual(
          atCancel.map(({ status }) => status),
          ['completed', 'cancelled', 'cancelled', 'cancelled'],
        )
        assert.equal(runningAfterRenewal, 0)
        assert.deepEqual(await transcriptsOf(engine, job), atCancel)
        assert.equal(engine.told.filter(({ name }) => name === 'job.cancelled').length, 1)
      })
    })
  })
}

/** A storage that can be cut off: every call then fails as if the database were not there. */
function switchable(storage: TranscriptionStorage) {
  let isAway = false
  return {
    disappear: () => void (isAway = true),
    comeBack: () => void (isAway = false),
    storage: new Proxy(storage, {
      get(target, method, receiver) {
        if (!isAway) return Reflect.get(target, method, receiver) as unknown
        return () => Promise.reject(new TranscriptionError('storage_unavailable', 'The database is away.'))
      },
    }),
  }
}

/** What an expiry says that steps over a lease that has run out. */
const HELD_BY_SOMEBODY: ExpireResult = { reclaimed: [], failed: [], endedJobs: [], nextLeaseEndMs: 0 }

/** A storage, and how often it was asked for what has run out. */
function countingLooks(storage: TranscriptionStorage) {
  let looks = 0
  return {
    looks: () => looks,
    storage: replacing(storage, {
      expire(options) {
        looks += 1
        return storage.expire(options)
      },
    }),
  }
}
