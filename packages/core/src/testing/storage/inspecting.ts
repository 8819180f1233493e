import assert from 'node:assert/strict'
import type { ImportedState } from '../../imported-job.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import { claimOf, importedJobOf, importedText, jobOf, urlOf, workerOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { againAfter, claimDelivery, endJobs, settled } from './delivery-steps.ts'
import { assertAge, claim, claimOne, complete, fail, insert, only, release, retry } from './steps.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export function describeInspecting({ describe, it }: StorageSuite): void {
  describe('the list of what is being worked on', () => {
    it('says who works on what, since when, and at which attempt', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { owner: 'ada' })))
      await retry(storage, await claimOne(storage, { limit: 1 }))
      await advance(1_000)
      const claimed = await claimOne(storage, { worker: 'w1', limit: 1, leaseMs: 30_000 })

      const { since, leaseUntil, ...active } = only(await storage.listActive({ limit: 10 }))

      assert.deepEqual(active, {
        transcriptId: claimed.lease.transcriptId,
        attempt: claimed.lease.attempt,
        jobId: job.id,
        owner: 'ada',
        position: claimed.position,
        videoId: claimed.videoId,
        url: urlOf(claimed.videoId),
        source: 'fake',
        worker: { id: 'w1', name: 'w1@test' },
        failures: claimed.failures,
        crashes: 0,
      })
      assert.equal(leaseUntil.getTime() - since.getTime(), 30_000)
      assert.ok(since.getTime() >= job.createdAt.getTime() + 1_000)
    })

    it('begins with what was claimed longest ago, and goes no further than it is asked to', async ({
      storage,
      advance,
    }) => {
      await insert(storage, ...['first', 'second', 'third', 'fourth'].map((name) => jobOf(name)))
      for (const leaseMs of [40_000, 30_000, 20_000]) {
        await claimOne(storage, { limit: 1, leaseMs })
        await advance(1_000)
      }

      const videosOf = async (limit: number) => (await storage.listActive({ limit })).map(({ videoId }) => videoId)
      assert.deepEqual(await videosOf(10), ['first', 'second', 'third'])
      assert.deepEqual(await videosOf(2), ['first', 'second'])
    })

    it('keeps its claim through renewals, and loses it with its outcome', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const claimed = await claimOne(storage)
      const before = only(await storage.listActive({ limit: 10 }))
      await advance(5_000)
      await storage.renew({ worker: workerOf('a'), leases: [claimed.lease] })

      const renewed = only(await storage.listActive({ limit: 10 }))
      await complete(storage, claimed)

      assert.deepEqual(renewed.since, before.since)
      assert.ok(renewed.leaseUntil.getTime() >= before.leaseUntil.getTime() + 5_000)
      assert.deepEqual(await storage.listActive({ limit: 10 }), [])
    })

    it('names a worker that nobody knows any more by its id alone', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await claimOne(storage, { worker: 'w1' })
      await storage.removeWorker('w1')

      assert.deepEqual(only(await storage.listActive({ limit: 10 })).worker, { id: 'w1' })
    })
  })

  describe('the list of workers', () => {
    it('says what each is called, where it runs and how much it holds, by name and id', async ({ storage }) => {
      await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc']))
      const worker = { name: 'worker1@b', host: 'b', leaseMs: 30_000 }
      await storage.claim({ ...claimOf({ limit: 2 }), worker: { id: 'second', ...worker } })
      await storage.claim({ ...claimOf({ limit: 1 }), worker: { id: 'first', ...worker } })
      await storage.renew({ worker: { id: 'third', name: 'worker1@a', leaseMs: 60_000 }, leases: [] })

      const workers = await storage.listWorkers()

      assert.deepEqual(
        workers.map(({ startedAt: _startedAt, seenAt: _seenAt, ...rest }) => rest),
        [
          { id: 'third', name: 'worker1@a', leaseMs: 60_000, isLost: false, active: 0 },
          { id: 'first', ...worker, isLost: false, active: 1 },
          { id: 'second', ...worker, isLost: false, active: 2 },
        ],
      )
    })

    it('says since when a worker runs, and when it was seen last', async ({ storage, advance }) => {
      await seen(storage, 'a')
      const before = only(await storage.listWorkers())
      await advance(20_000)
      await seen(storage, 'a')

      const { startedAt, seenAt } = only(await storage.listWorkers())

      assert.deepEqual(before.seenAt, before.startedAt)
      assert.deepEqual(startedAt, before.startedAt)
      assert.ok(seenAt.getTime() >= startedAt.getTime() + 20_000)
    })

    it('says that one is lost after two of its leases, until it comes back', async ({ storage, advance }) => {
      await seen(storage, 'a', 10_000)
      await advance(15_000)
      const paused = only(await storage.listWorkers()).isLost
      await advance(5_000)
      const lost = only(await storage.listWorkers()).isLost
      await seen(storage, 'a', 10_000)

      assert.deepEqual([paused, lost, only(await storage.listWorkers()).isLost], [false, true, false])
    })

    it('forgets those that have stopped, and those that were not seen for a day', async ({ storage, advance }) => {
      await seen(storage, 'stopped')
      await seen(storage, 'dead')
      await storage.removeWorker('stopped')
      await advance(DAY_MS - 30_000)
      const within = await storage.listWorkers()
      await advance(30_000)

      assert.deepEqual(
        within.map(({ id }) => id),
        ['dead'],
      )
      assert.deepEqual(await storage.listWorkers(), [])
    })
  })

  describe('the figures of what there is to do', () => {
    it('are all zero where there is nothing', async ({ storage }) => {
      assert.deepEqual(await storage.stats(), {
        jobs: { pending: 0, processing: 0 },
        transcripts: { due: 0, waiting: 0, processing: 0 },
        deliveries: { due: 0, waiting: 0, processing: 0 },
        lastMinute: { jobs: 0, completed: 0, failed: 0, cancelled: 0 },
      })
    })

    it('count the open jobs by their status', async ({ storage }) => {
      await insert(storage, jobOf('aaaaaaaaaaa'), jobOf('bbbbbbbbbbb'), jobOf('ccccccccccc'), jobOf('ddddddddddd'))
      const [first] = await claim(storage, { limit: 2 })
      assert.ok(first)
      await complete(storage, first)

      assert.deepEqual((await storage.stats()).jobs, { pending: 2, processing: 1 })
    })

    it('count the videos that are due, wait for their time, or are in work, but no duplicates', async ({ storage }) => {
      await insert(storage, jobOf(['a', 'b', 'c', 'd', 'e', 'f', 'a', 'b']), jobOf('other', { source: 'other' }))
      const [first, second, third, fourth] = await claim(storage, { limit: 4 })
      assert.ok(first && second && third && fourth)
      await retry(storage, first, { afterMs: MINUTE_MS })
      await retry(storage, second, { afterMs: 0 })
      await release(storage, third)

      assert.deepEqual((await storage.stats()).transcripts, { due: 5, waiting: 1, processing: 1 })
    })

    it('count what waits as due once its time has come', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await retry(storage, await claimOne(storage), { afterMs: MINUTE_MS })
      const before = await storage.stats()
      await advance(MINUTE_MS)

      const after = await storage.stats()

      assert.deepEqual(before.transcripts, { due: 0, waiting: 1, processing: 0 })
      assert.equal(before.oldestDueMs, undefined)
      assert.deepEqual(after.transcripts, { due: 1, waiting: 0, processing: 0 })
      assertAge(after.oldestDueMs, 0)
    })

    it('say how long the next in line has been due, in the lane where that is longest', async ({
      storage,
      advance,
    }) => {
      await insert(storage, jobOf('long', { source: 'other' }))
      await advance(10 * MINUTE_MS)
      await insert(storage, jobOf(['first', 'second']))
      await advance(MINUTE_MS)
      const ofAll = (await storage.stats()).oldestDueMs
      await claimOne(storage, { source: 'other' })
      const ofTheOther = (await storage.stats()).oldestDueMs
      await claimOne(storage, { limit: 1 })
      await insert(storage, jobOf('third'))
      const ofTheNext = (await storage.stats()).oldestDueMs
      await claim(storage)

      assertAge(ofAll, 11 * MINUTE_MS)
      assertAge(ofTheOther, MINUTE_MS)
      assertAge(ofTheNext, MINUTE_MS)
      assert.equal((await storage.stats()).oldestDueMs, undefined)
    })

    it('take what was imported at once in the order of claims, as the next in line', async ({ storage, advance }) => {
      const states: readonly ImportedState[] = [importedText('A text.'), { type: 'pending' }]
      await storage.importJobs([
        importedJobOf(['a', 'first'], { status: 'processing', states }),
        importedJobOf(['b', 'second'], { status: 'processing', states }),
      ])
      const claimed = await claimOne(storage, { limit: 1 })
      await advance(MINUTE_MS)
      await release(storage, claimed)

      const { oldestDueMs } = await storage.stats()
      const next = await claimOne(storage, { limit: 1 })

      assert.deepEqual([claimed.videoId, next.videoId], ['first', 'first'])
      assertAge(oldestDueMs, 0)
    })

    it('count the callbacks likewise', async ({ storage, advance }) => {
      await endJobs(storage, 'https://one.test/', 'https://two.test/', 'https://three.test/')
      await settled(storage, await claimDelivery(storage, { limit: 1 }), againAfter(10 * MINUTE_MS))
      await claimDelivery(storage, { limit: 1 })
      await advance(MINUTE_MS / 2)

      const { oldestDueMs, ...counts } = (await storage.stats()).deliveries
      await claimDelivery(storage)

      assert.deepEqual(counts, { due: 1, waiting: 1, processing: 1 })
      assertAge(oldestDueMs, MINUTE_MS / 2)
      assert.deepEqual((await storage.stats()).deliveries, { due: 0, waiting: 1, processing: 2 })
    })

    it('tell what ended within the last minute, and how its videos ended', async ({ storage, advance }) => {
      await storage.importJobs([importedJobOf('long', { status: 'completed', states: [importedText('Long ago.')] })])
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await complete(storage, await claimOne(storage))
      await advance(50_000)
      const job = only(await insert(storage, jobOf(['a', 'b', 'c', 'a'])))
      const [first, second] = await claim(storage)
      assert.ok(first && second)
      await complete(storage, first)
      await fail(storage, second)
      await storage.cancelJob({ id: job.id })

      const both = (await storage.stats()).lastMinute
      await advance(10_000)
      const one = (await storage.stats()).lastMinute
      await advance(50_000)

      assert.deepEqual(both, { jobs: 2, completed: 3, failed: 1, cancelled: 1 })
      assert.deepEqual(one, { jobs: 1, completed: 2, failed: 1, cancelled: 1 })
      assert.deepEqual((await storage.stats()).lastMinute, { jobs: 0, completed: 0, failed: 0, cancelled: 0 })
    })
  })
}

const seen = (storage: TranscriptionStorage, id: string, leaseMs = MINUTE_MS) =>
  storage.renew({ worker: workerOf(id, { leaseMs }), leases: [] })
