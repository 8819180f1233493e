import assert from 'node:assert/strict'
import { jobOf, workerOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claim, claimOne, complete, expire, fail, insert, jobNow, only, present, transcriptNow } from './steps.ts'

export function describeCancelling({ describe, it }: StorageSuite): void {
  describe('a cancelled job', () => {
    it('keeps what is completed, and gives up the rest', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])))
      await complete(storage, await claimOne(storage, { limit: 1 }))
      await claimOne(storage, { limit: 1 })

      const { job: cancelled, changed } = present(await storage.cancelJob({ id: job.id }))

      assert.equal(changed, true)
      assert.equal(cancelled.status, 'cancelled')
      assert.deepEqual(cancelled.counts, { total: 3, completed: 1, failed: 0, cancelled: 2 })
      assert.ok(cancelled.endedAt)
      assert.deepEqual(await jobNow(storage, job), cancelled)
      const transcripts = await storage.listTranscripts({ jobId: job.id })
      assert.deepEqual(
        transcripts.map(({ status }) => status),
        ['completed', 'cancelled', 'cancelled'],
      )
    })

    it('takes the lease of whoever works on it', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const claimed = await claimOne(storage, { worker: 'a' })

      await storage.cancelJob({ id: job.id })

      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: [claimed.lease] }), [])
      assert.deepEqual(await complete(storage, claimed), { accepted: false })
      const { status, attempt, data } = await transcriptNow(storage, job)
      assert.deepEqual({ status, attempt, data }, { status: 'cancelled', attempt: 2, data: undefined })
    })

    it('gives no more work', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      await claimOne(storage, { limit: 1, leaseMs: 60_000 })

      await storage.cancelJob({ id: job.id })
      await advance(70_000)

      assert.deepEqual(await expire(storage), { reclaimed: [], failed: [], endedJobs: [] })
      assert.deepEqual(await claim(storage), [])
    })

    it('stays as it is when it is cancelled again', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const first = present(await storage.cancelJob({ id: job.id }))

      const second = present(await storage.cancelJob({ id: job.id }))

      assert.deepEqual(second, { job: first.job, changed: false })
    })

    it('was not completed or failed before: what has ended stays as it is', async ({ storage }) => {
      const [good, bad] = await insert(storage, jobOf('aaaaaaaaaaa'), jobOf('bbbbbbbbbbb'))
      await complete(storage, await claimOne(storage, { limit: 1 }))
      await fail(storage, await claimOne(storage, { limit: 1 }))

      for (const [job, status] of [
        [present(good), 'completed'],
        [present(bad), 'failed'],
      ] as const) {
        const { job: after, changed } = present(await storage.cancelJob({ id: job.id }))
        assert.equal(changed, false)
        assert.equal(after.status, status)
      }
    })

    it('was its owner’s', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { owner: 'ada' })))

      assert.equal(await storage.cancelJob({ id: job.id, owner: 'bob' }), undefined)

      assert.equal((await jobNow(storage, job)).status, 'pending')
      assert.equal((await storage.cancelJob({ id: job.id, owner: 'ada' }))?.changed, true)
    })

    it('was there', async ({ storage }) => {
      assert.equal(await storage.cancelJob({ id: '0198c000-0000-7000-8000-000000000000' }), undefined)
    })

    it('tells its callback', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { callbackUrl: 'https://receiver.test/' })))

      await storage.cancelJob({ id: job.id })
      await storage.cancelJob({ id: job.id })

      assert.equal((await storage.listDeliveries(job.id)).length, 1)
    })

    it('is cancelled by one of 20 who cancel it at the same time', async ({ storage, another }) => {
      const other = await another()
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { callbackUrl: 'https://receiver.test/' })))
      const handles = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? storage : other))

      const results = await Promise.all(handles.map((handle) => handle.cancelJob({ id: job.id })))

      assert.equal(results.filter((result) => result?.changed).length, 1)
      assert.equal((await storage.listDeliveries(job.id)).length, 1)
    })

    it('is either cancelled or completed, never both, when 20 jobs end while they are cancelled', async ({
      storage,
      another,
    }) => {
      const other = await another()
      const jobs = await insert(
        storage,
        ...Array.from({ length: 20 }, () => jobOf('dQw4w9WgXcQ', { callbackUrl: 'https://receiver.test/' })),
      )
      const claimed = await claim(storage)

      const settles = claimed.map((one) => complete(storage, one))
      const cancels = jobs.map(({ id }) => other.cancelJob({ id }))
      const settled = await Promise.all(settles)
      const cancelled = await Promise.all(cancels)

      const completions = settled.filter(({ accepted }) => accepted).length
      const cancellations = cancelled.filter((result) => result?.changed).length
      assert.equal(completions + cancellations, 20)
      for (const job of jobs) {
        const { status } = await jobNow(storage, job)
        assert.equal((await transcriptNow(storage, job)).status, status)
        assert.equal((await storage.listDeliveries(job.id)).length, 1)
      }
    })
  })
}
