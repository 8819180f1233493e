import assert from 'node:assert/strict'
import { jobOf, workerOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { assertTimeLeft, claim, claimOne, complete, expire, insert, jobNow, only, transcriptNow } from './steps.ts'

export function describeLeases({ describe, it }: StorageSuite): void {
  describe('a lease', () => {
    it('keeps a transcript from other workers until it runs out', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await claimOne(storage, { worker: 'a', leaseMs: 60_000 })

      await advance(50_000)

      assert.deepEqual((await expire(storage)).reclaimed, [])
      assert.deepEqual(await claim(storage, { worker: 'b' }), [])
    })

    it('that has run out is taken back, and the transcript is due at once', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const { lease } = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(70_000)

      const { reclaimed, failed, endedJobs } = await expire(storage)

      assert.deepEqual(reclaimed, [lease])
      assert.deepEqual([failed, endedJobs], [[], []])
      assert.equal((await transcriptNow(storage, job)).status, 'pending')
      assert.equal((await claimOne(storage, { worker: 'b' })).lease.transcriptId, lease.transcriptId)
    })

    it('is told of by an expiry before it runs out, the next of several, and no more when it is over', async ({
      storage,
      advance,
    }) => {
      const none = await expire(storage)
      await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb']))
      await claimOne(storage, { limit: 1, leaseMs: 90_000 })
      const { lease } = await claimOne(storage, { limit: 1, leaseMs: 60_000 })
      await advance(20_000)
      const both = await expire(storage)
      await advance(50_000)
      const taken = await expire(storage)
      await advance(30_000)
      const over = await expire(storage)

      assert.equal(none.nextLeaseEndMs, undefined)
      assertTimeLeft(both.nextLeaseEndMs, 40_000)
      assert.deepEqual(taken.reclaimed, [lease])
      assertTimeLeft(taken.nextLeaseEndMs, 20_000)
      assert.equal(over.reclaimed.length, 1)
      assert.equal(over.nextLeaseEndMs, undefined)
    })

    it('that has run out and was left is told of as over', async ({ storage, advance }) => {
      await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc']))
      await claim(storage, { leaseMs: 60_000 })
      await advance(70_000)

      const { reclaimed, nextLeaseEndMs } = await expire(storage, { limit: 2 })

      assert.equal(reclaimed.length, 2)
      assert.equal(nextLeaseEndMs, 0)
    })

    it('is given with a higher attempt each time', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const first = await claimOne(storage, { leaseMs: 60_000 })
      await advance(70_000)
      await expire(storage)

      const second = await claimOne(storage)

      assert.deepEqual([first.lease.attempt, second.lease.attempt], [1, 2])
    })

    it('is taken back once, however many processes look', async ({ storage, another, advance }) => {
      const other = await another()
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])))
      await claim(storage, { leaseMs: 60_000 })
      await advance(70_000)

      const results = await Promise.all([storage, other, storage, other].map((handle) => expire(handle)))

      assert.equal(results.flatMap(({ reclaimed }) => reclaimed).length, 3)
      assert.equal((await transcriptNow(storage, job)).crashes, 1)
    })

    it('lasts as long again from each renewal', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const { lease } = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(50_000)

      const kept = await storage.renew({ worker: workerOf('a', { leaseMs: 60_000 }), leases: [lease] })
      await advance(50_000)

      assert.deepEqual(kept, [lease])
      assert.deepEqual((await expire(storage)).reclaimed, [])
      await advance(20_000)
      assert.deepEqual((await expire(storage)).reclaimed, [lease])
    })

    it('is renewed together with all others of its worker', async ({ storage, advance }) => {
      await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc']))
      const leases = (await claim(storage, { worker: 'a', leaseMs: 60_000 })).map(({ lease }) => lease)
      await advance(50_000)

      const kept = await storage.renew({ worker: workerOf('a'), leases })
      await advance(50_000)

      assert.deepEqual(new Set(kept), new Set(leases))
      assert.deepEqual((await expire(storage)).reclaimed, [])
    })

    it('that nobody has taken back yet is still its worker’s own', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const claimed = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(70_000)

      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: [claimed.lease] }), [claimed.lease])
      assert.equal((await complete(storage, claimed)).accepted, true)
    })

    it('is lost when it was taken back', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const { lease } = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(70_000)
      await expire(storage)

      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: [lease] }), [])
      await claimOne(storage, { worker: 'b' })
      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: [lease] }), [])
    })

    it('is lost when its transcript has ended', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const claimed = await claimOne(storage, { worker: 'a' })
      await complete(storage, claimed)

      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: [claimed.lease] }), [])
    })

    it('of another attempt, or of no transcript at all, is not renewed', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const { lease } = await claimOne(storage, { worker: 'a' })
      const foreign = [
        { ...lease, attempt: lease.attempt + 1 },
        { ...lease, attempt: lease.attempt - 1 },
        { transcriptId: lease.transcriptId + 1_000, attempt: 1 },
      ]

      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: foreign }), [])
    })

    it('of another worker is not renewed', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const { lease } = await claimOne(storage, { worker: 'a' })

      assert.deepEqual(await storage.renew({ worker: workerOf('b'), leases: [lease] }), [])
    })

    it('is among those that are kept while others are lost', async ({ storage }) => {
      await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb']))
      const [first, second] = await claim(storage, { worker: 'a' })
      assert.ok(first && second)
      await complete(storage, first)

      const kept = await storage.renew({ worker: workerOf('a'), leases: [first.lease, second.lease] })

      assert.deepEqual(kept, [second.lease])
    })

    it('that was taken back ranks its transcript behind what came before', async ({ storage, advance }) => {
      await insert(storage, jobOf('aaaaaaaaaaa'))
      await claimOne(storage, { leaseMs: 60_000 })
      await advance(30_000)
      await insert(storage, jobOf('bbbbbbbbbbb'))
      await advance(40_000)
      await expire(storage)

      const order = (await claim(storage)).map(({ videoId }) => videoId)

      assert.deepEqual(order, ['bbbbbbbbbbb', 'aaaaaaaaaaa'])
    })

    it('that was taken back is seen by whoever follows the job', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await claimOne(storage, { leaseMs: 60_000 })
      const before = await jobNow(storage, job)
      await advance(70_000)

      await expire(storage)

      assert.ok((await jobNow(storage, job)).version > before.version)
    })
  })
}
