import assert from 'node:assert/strict'
import type { StorageSuite } from '../storage-harness.ts'
import {
  DELIVERED,
  GIVEN_UP,
  RELEASED,
  againAfter,
  claimDeliveries,
  claimDelivery,
  claimUrls,
  deliveryNow,
  endJobs,
  settleDelivery,
  settled,
} from './delivery-steps.ts'
import { only } from './steps.ts'

export function describeDeliveryOutcomes({ describe, it }: StorageSuite): void {
  describe('an attempt at a delivery', () => {
    it('that the receiver took ends it', async ({ storage, advance }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const claimed = await claimDelivery(storage)
      await advance(1_000)

      const delivery = await settled(storage, claimed, { type: 'delivered', status: 202 })

      assert.deepEqual(delivery, await deliveryNow(storage, jobId))
      assert.equal(delivery.status, 'delivered')
      assert.equal(delivery.failures, 0)
      assert.equal(delivery.nextAttemptAt, undefined)
      assert.deepEqual(delivery.endedAt, delivery.updatedAt)
      const { startedAt, endedAt, ...attempt } = only(delivery.attempts)
      assert.deepEqual(attempt, { attempt: 1, status: 202 })
      assert.deepEqual(endedAt, delivery.updatedAt)
      assert.ok(endedAt.getTime() - startedAt.getTime() >= 1_000)
      assert.deepEqual(await claimUrls(storage), [])
    })

    it('that failed is made again when it is due, with one failure more', async ({ storage, advance }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')

      const delivery = await settled(storage, await claimDelivery(storage), againAfter(60_000))

      assert.deepEqual(delivery, await deliveryNow(storage, jobId))
      assert.deepEqual([delivery.status, delivery.failures, delivery.endedAt], ['pending', 1, undefined])
      assert.equal(Number(delivery.nextAttemptAt) - delivery.updatedAt.getTime(), 60_000)
      await advance(45_000)
      assert.deepEqual(await claimUrls(storage), [])
      await advance(20_000)
      const { lease, failures } = await claimDelivery(storage)
      assert.deepEqual([lease.deliveryId, lease.attempt, failures], [delivery.id, 2, 1])
    })

    it('that was the last gives it up', async ({ storage, advance }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')

      const delivery = await settled(storage, await claimDelivery(storage), GIVEN_UP)

      assert.deepEqual(delivery, await deliveryNow(storage, jobId))
      assert.deepEqual([delivery.status, delivery.failures], ['failed', 1])
      assert.deepEqual(delivery.endedAt, delivery.updatedAt)
      await advance(7 * 24 * 3_600_000)
      assert.deepEqual(await claimUrls(storage), [])
    })

    it('that is given back is due at once, and never took place', async ({ storage }) => {
      await endJobs(storage, 'https://receiver.test/')

      const delivery = await settled(storage, await claimDelivery(storage), RELEASED)

      assert.deepEqual([delivery.status, delivery.failures, delivery.attempts], ['pending', 0, []])
      assert.equal((await claimDelivery(storage)).lease.attempt, 2)
    })

    it('that is given back keeps its place in the order', async ({ storage, advance }) => {
      await endJobs(storage, 'https://first.test/')
      const claimed = await claimDelivery(storage)
      await advance(30_000)
      await endJobs(storage, 'https://second.test/')
      await advance(30_000)

      await settled(storage, claimed, RELEASED)

      assert.deepEqual(await claimUrls(storage), ['https://first.test/', 'https://second.test/'])
    })

    it('is kept for people to read: when it was, what the receiver said, why it failed', async ({
      storage,
      advance,
    }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      await settled(storage, await claimDelivery(storage), againAfter(0))
      await settled(storage, await claimDelivery(storage), {
        type: 'retry',
        afterMs: 0,
        reason: 'Grüße 😀: no answer.',
      })
      await settled(storage, await claimDelivery(storage), RELEASED)
      await advance(5_000)
      await settled(storage, await claimDelivery(storage), DELIVERED)

      const { attempt, attempts } = await deliveryNow(storage, jobId)

      assert.equal(attempt, 4)
      assert.deepEqual(
        attempts.map(({ startedAt: _startedAt, endedAt: _endedAt, ...rest }) => rest),
        [
          { attempt: 1, error: 'The receiver answered 500.', status: 500 },
          { attempt: 2, error: 'Grüße 😀: no answer.' },
          { attempt: 4, status: 200 },
        ],
      )
      const starts = attempts.map(({ startedAt }) => startedAt.getTime())
      assert.deepEqual(starts, starts.toSorted())
      assert.ok(attempts.every(({ startedAt, endedAt }) => startedAt <= endedAt))
    })

    it('says nothing of the job: that has ended, and stays as it is', async ({ storage, advance }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const job = await storage.getJob({ id: jobId })
      const claimed = await claimDelivery(storage)
      await advance(1_000)

      await settled(storage, claimed, GIVEN_UP)

      assert.deepEqual(await storage.getJob({ id: jobId }), job)
    })
  })

  describe('a late word of an attempt at a delivery', () => {
    it('is refused when its lease ran out and somebody else sends, and does not disturb them', async ({
      storage,
      advance,
    }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const late = await claimDelivery(storage, { workerId: 'a', leaseMs: 60_000 })
      await advance(70_000)
      const current = await claimDelivery(storage, { workerId: 'b' })
      const before = await deliveryNow(storage, jobId)

      for (const outcome of [DELIVERED, GIVEN_UP, RELEASED, againAfter(0)]) {
        assert.deepEqual(await settleDelivery(storage, late, outcome), { accepted: false })
      }

      assert.deepEqual(await deliveryNow(storage, jobId), before)
      assert.equal((await settled(storage, current, DELIVERED)).status, 'delivered')
    })

    it('is refused when it has been settled before', async ({ storage }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const claimed = await claimDelivery(storage)
      const delivery = await settled(storage, claimed, DELIVERED)

      assert.deepEqual(await settleDelivery(storage, claimed, GIVEN_UP), { accepted: false })

      assert.deepEqual(await deliveryNow(storage, jobId), delivery)
    })

    it('is accepted once, however often it comes in at the same time', async ({ storage, another }) => {
      const other = await another()
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const claimed = await claimDelivery(storage)
      const handles = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? storage : other))

      const results = await Promise.all(handles.map((handle) => settleDelivery(handle, claimed, againAfter(60_000))))

      assert.equal(results.filter(({ accepted }) => accepted).length, 1)
      const { failures, attempts } = await deliveryNow(storage, jobId)
      assert.deepEqual([failures, attempts.length], [1, 1])
    })

    it('of a delivery that does not exist is refused', async ({ storage }) => {
      const lease = { deliveryId: 'msg_unknown', attempt: 1 }

      assert.deepEqual(await settleDelivery(storage, { lease }, DELIVERED), { accepted: false })
    })
  })

  describe('the replay of a delivery', () => {
    for (const [what, outcome, errors] of [
      ['that the receiver took', DELIVERED, [undefined]],
      ['that was given up', GIVEN_UP, ['The receiver is gone.']],
      ['that waits for its next attempt', againAfter(3_600_000), ['The receiver answered 500.']],
    ] as const) {
      it(`${what} makes it due at once, under its old id, with what was before still told`, async ({
        storage,
        advance,
      }) => {
        const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
        const before = await settled(storage, await claimDelivery(storage), outcome)
        await advance(5_000)

        const replayed = await storage.replayDelivery({ id: before.id, jobId })

        assert.deepEqual(replayed, await deliveryNow(storage, jobId))
        assert.deepEqual(
          [replayed?.status, replayed?.failures, replayed?.endedAt, replayed?.attempt],
          ['pending', 0, undefined, 1],
        )
        assert.deepEqual(
          replayed?.attempts.map(({ error }) => error),
          errors,
        )
        assert.ok(replayed?.nextAttemptAt && replayed.nextAttemptAt > before.updatedAt)
        const { lease, failures } = await claimDelivery(storage)
        assert.deepEqual([lease, failures], [{ deliveryId: before.id, attempt: 2 }, 0])
      })
    }

    it('that is being sent leaves it as it is, so that nobody sends beside', async ({ storage }) => {
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const claimed = await claimDelivery(storage)
      const before = await deliveryNow(storage, jobId)

      assert.deepEqual(await storage.replayDelivery({ id: before.id, jobId }), before)

      assert.deepEqual(await claimUrls(storage), [])
      assert.equal((await settled(storage, claimed, DELIVERED)).status, 'delivered')
    })

    it('twenty times at the same time is one attempt', async ({ storage, another }) => {
      const other = await another()
      const [jobId = ''] = await endJobs(storage, 'https://receiver.test/')
      const { id } = await settled(storage, await claimDelivery(storage), GIVEN_UP)
      const handles = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? storage : other))

      await Promise.all(handles.map((handle) => handle.replayDelivery({ id, jobId })))

      assert.equal((await claimDeliveries(storage)).deliveries.length, 1)
      assert.deepEqual(await claimUrls(storage), [])
    })

    it('of an unknown delivery, or of another job’s, does nothing', async ({ storage }) => {
      const [jobId = '', otherJobId = ''] = await endJobs(storage, 'https://one.test/', 'https://two.test/')
      const { id } = await deliveryNow(storage, jobId)

      assert.equal(await storage.replayDelivery({ id: 'msg_unknown', jobId }), undefined)
      assert.equal(await storage.replayDelivery({ id, jobId: otherJobId }), undefined)
      assert.equal(await storage.replayDelivery({ id, jobId: '0198c000-0000-7000-8000-000000000000' }), undefined)
    })
  })
}
