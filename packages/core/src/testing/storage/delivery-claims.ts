import assert from 'node:assert/strict'
import { LOST_ATTEMPT } from '../../delivery.ts'
import type { StorageSuite } from '../storage-harness.ts'
import {
  DELIVERED,
  againAfter,
  claimDeliveries,
  claimDelivery,
  claimUrls,
  deliveryNow,
  endJobs,
  settleDelivery,
  settled,
  urlsOf,
} from './delivery-steps.ts'
import { only } from './steps.ts'

const SLOW = 'https://slow.test'

export function describeDeliveryClaims({ describe, it }: StorageSuite): void {
  describe('the claim of a delivery', () => {
    it('starts its first attempt, and says what it takes to make it', async ({ storage }) => {
      const [jobId] = await endJobs(storage, 'https://receiver.test:8443/hook?key=1')

      const { lease, ...claimed } = await claimDelivery(storage)

      const { id, attempt, status, nextAttemptAt } = await deliveryNow(storage, jobId ?? '')
      assert.deepEqual(lease, { deliveryId: id, attempt: 1 })
      assert.deepEqual(claimed, {
        jobId,
        url: 'https://receiver.test:8443/hook?key=1',
        receiver: 'https://receiver.test:8443',
        type: 'job.completed',
        failures: 0,
      })
      assert.deepEqual({ attempt, status, nextAttemptAt }, { attempt: 1, status: 'pending', nextAttemptAt: undefined })
    })

    it('finds none of a job that has not ended', async ({ storage }) => {
      await endJobs(storage)

      assert.deepEqual(await claimDeliveries(storage), { deliveries: [] })
    })

    it('gives it to nobody else while it is being sent', async ({ storage, another }) => {
      await endJobs(storage, 'https://receiver.test/')
      await claimDelivery(storage, { workerId: 'a' })

      assert.deepEqual(await claimUrls(await another(), { workerId: 'b' }), [])
      assert.deepEqual(await claimUrls(storage, { workerId: 'a' }), [])
    })

    it('gives each of 100 to exactly one of ten processes that claim at the same time', async ({
      storage,
      another,
    }) => {
      const other = await another()
      await endJobs(storage, ...urlsOf('receiver.test', 100))
      const handles = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? storage : other))

      const claims = await Promise.all(
        handles.map((handle, index) => claimUrls(handle, { workerId: `worker ${index}`, limit: 12 })),
      )
      const left = await claimUrls(storage)

      const urls = [...claims.flat(), ...left]
      assert.equal(urls.length, 100)
      assert.equal(new Set(urls).size, 100)
      assert.ok(claims.every((claimed) => claimed.length <= 12))
    })

    it('takes the longest due first, no more than asked', async ({ storage, advance }) => {
      for (const name of ['first', 'second', 'third']) {
        await endJobs(storage, `https://${name}.test/`)
        await advance(1_000)
      }

      assert.deepEqual(await claimUrls(storage, { limit: 2 }), ['https://first.test/', 'https://second.test/'])
      assert.deepEqual(await claimUrls(storage, { limit: 2 }), ['https://third.test/'])
    })

    it('takes what is to be sent again by the moment at which it is due', async ({ storage, advance }) => {
      await endJobs(storage, 'https://again.test/')
      await settled(storage, await claimDelivery(storage), againAfter(60_000))
      await advance(30_000)
      await endJobs(storage, 'https://before.test/')
      await advance(40_000)
      await endJobs(storage, 'https://after.test/')

      assert.deepEqual(await claimUrls(storage), ['https://before.test/', 'https://again.test/', 'https://after.test/'])
    })
  })

  describe('the limit of a receiver', () => {
    it('is how many of it may be under way', async ({ storage }) => {
      await endJobs(storage, ...urlsOf('slow.test', 10))

      assert.equal((await claimUrls(storage, { perReceiver: 3 })).length, 3)
      assert.equal((await claimUrls(storage, { perReceiver: 3, busy: { [SLOW]: 1 } })).length, 2)
    })

    it('holds back all that is due to it while so many are under way', async ({ storage }) => {
      await endJobs(storage, ...urlsOf('slow.test', 5))

      assert.deepEqual(await claimUrls(storage, { perReceiver: 3, busy: { [SLOW]: 3 } }), [])
      assert.deepEqual(await claimUrls(storage, { perReceiver: 3, busy: { [SLOW]: 7 } }), [])
    })

    it('keeps nobody else waiting: 100 that are longer due do not stand before another receiver’s', async ({
      storage,
      advance,
    }) => {
      await endJobs(storage, ...urlsOf('slow.test', 100))
      await advance(1_000)
      await endJobs(storage, 'https://fast.test/')

      const urls = await claimUrls(storage, { limit: 10, perReceiver: 4, busy: { [SLOW]: 2 } })

      assert.deepEqual([urls.length, urls.at(-1)], [3, 'https://fast.test/'])
    })

    it('counts by scheme, host and port', async ({ storage }) => {
      await endJobs(
        storage,
        'https://receiver.test/a',
        'https://RECEIVER.test:443/b?x=1',
        'https://receiver.test:8443/c',
        'http://receiver.test/d',
      )

      const { deliveries } = await claimDeliveries(storage, { perReceiver: 1 })

      assert.deepEqual(deliveries.map(({ receiver }) => receiver).toSorted(), [
        'http://receiver.test',
        'https://receiver.test',
        'https://receiver.test:8443',
      ])
    })
  })

  describe('the time until the next delivery is due', () => {
    it('is not told when none is pending', async ({ storage }) => {
      assert.equal((await claimDeliveries(storage)).nextDueMs, undefined)

      await endJobs(storage, 'https://receiver.test/')
      const first = await claimDeliveries(storage)
      assert.deepEqual([first.deliveries.length, first.nextDueMs], [1, undefined])

      await settled(storage, only(first.deliveries), DELIVERED)
      assert.equal((await claimDeliveries(storage)).nextDueMs, undefined)
    })

    it('is 0 when there is more to claim', async ({ storage }) => {
      await endJobs(storage, ...urlsOf('receiver.test', 3))

      assert.equal((await claimDeliveries(storage, { limit: 2 })).nextDueMs, 0)
    })

    it('is that of the earliest that is to be sent again', async ({ storage, advance }) => {
      await endJobs(storage, 'https://one.test/', 'https://two.test/')
      const { deliveries } = await claimDeliveries(storage)
      const [first, second] = deliveries
      assert.ok(first && second)
      await settled(storage, first, againAfter(300_000))
      await settled(storage, second, againAfter(60_000))
      await advance(10_000)

      const { nextDueMs = 0 } = await claimDeliveries(storage)

      assert.ok(nextDueMs > 40_000 && nextDueMs <= 50_000, `${nextDueMs}`)
    })

    it('leaves out what waits for a receiver at its limit', async ({ storage }) => {
      await endJobs(storage, ...urlsOf('slow.test', 3))
      assert.equal((await claimDeliveries(storage, { perReceiver: 2 })).nextDueMs, undefined)
      await endJobs(storage, 'https://other.test/')
      await settled(storage, await claimDelivery(storage, { perReceiver: 2, busy: { [SLOW]: 2 } }), againAfter(60_000))

      const { nextDueMs = 0 } = await claimDeliveries(storage, { perReceiver: 2, busy: { [SLOW]: 2 } })

      assert.ok(nextDueMs > 50_000 && nextDueMs <= 60_000, `${nextDueMs}`)
    })
  })

  describe('the lease of a delivery', () => {
    it('keeps it from others until it runs out, and no longer', async ({ storage, advance }) => {
      await endJobs(storage, 'https://receiver.test/')
      await claimDelivery(storage, { workerId: 'a', leaseMs: 60_000 })

      await advance(45_000)
      assert.deepEqual(await claimUrls(storage, { workerId: 'b' }), [])
      await advance(20_000)

      assert.equal((await claimDelivery(storage, { workerId: 'b' })).lease.attempt, 2)
    })

    it('that runs out is an attempt that was lost, and a failure, and ended with it', async ({ storage, advance }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      await claimDelivery(storage, { leaseMs: 60_000 })
      await advance(3_600_000)

      assert.equal((await claimDelivery(storage)).failures, 1)

      const { failures, attempts } = await deliveryNow(storage, jobId)
      const { attempt, error, status, startedAt, endedAt } = only(attempts)
      assert.equal(failures, 1)
      assert.deepEqual({ attempt, error, status }, { attempt: 1, error: LOST_ATTEMPT, status: undefined })
      assert.equal(endedAt.getTime() - startedAt.getTime(), 60_000)
    })

    it('that runs out is not taken over by a receiver at its limit, but is due from then on', async ({
      storage,
      advance,
    }) => {
      await endJobs(storage, 'https://slow.test/')
      await claimDelivery(storage, { leaseMs: 60_000 })
      await advance(70_000)

      assert.deepEqual(await claimUrls(storage, { perReceiver: 1, busy: { [SLOW]: 1 } }), [])
      assert.equal((await claimDelivery(storage)).lease.attempt, 2)
    })

    it('that ran out goes to exactly one of ten that claim at the same time', async ({ storage, another, advance }) => {
      const other = await another()
      await endJobs(storage, ...urlsOf('receiver.test', 20))
      await claimDeliveries(storage, { leaseMs: 60_000 })
      await advance(70_000)
      const handles = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? storage : other))

      const claims = await Promise.all(handles.map((handle) => claimDeliveries(handle)))
      const left = await claimDeliveries(storage)

      const taken = [...claims, left].flatMap(({ deliveries }) => deliveries)
      assert.equal(taken.length, 20)
      assert.ok(taken.every(({ lease, failures }) => lease.attempt === 2 && failures === 1))
    })

    it('does not run out of what was settled in time', async ({ storage, advance }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      await settleDelivery(storage, await claimDelivery(storage, { leaseMs: 60_000 }), DELIVERED)

      await advance(70_000)

      assert.deepEqual(await claimUrls(storage), [])
      assert.equal((await deliveryNow(storage, jobId)).attempts.length, 1)
    })
  })
}
