import assert from 'node:assert/strict'
import { errorOf, jobOf, videoIds } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claim, claimOne, complete, fail, insert, jobNow, only } from './steps.ts'

export function describeEnds({ describe, it }: StorageSuite): void {
  describe('the end of a job', () => {
    it('comes with its last video, and not before', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      const [first, second] = await claim(storage)
      assert.ok(first && second)

      const before = await complete(storage, first)
      assert.ok(before.accepted)
      assert.equal(before.endedJob, undefined)
      assert.equal((await jobNow(storage, job)).status, 'processing')

      const last = await complete(storage, second)
      assert.ok(last.accepted)
      const ended = await jobNow(storage, job)
      assert.deepEqual(last.endedJob, ended)
      assert.equal(ended.status, 'completed')
      assert.deepEqual(ended.counts, { total: 2, completed: 2, failed: 0, cancelled: 0 })
      assert.ok(ended.endedAt && ended.endedAt >= job.createdAt)
    })

    it('is completed when at least one video succeeded', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      await complete(storage, await claimOne(storage, { limit: 1 }))

      await fail(storage, await claimOne(storage))

      const { status, counts, error } = await jobNow(storage, job)
      assert.equal(status, 'completed')
      assert.deepEqual(counts, { total: 2, completed: 1, failed: 1, cancelled: 0 })
      assert.equal(error, undefined)
    })

    it('is failed when every video failed, for the reason of the first', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      const [first, second] = await claim(storage)
      assert.ok(first && second)

      await fail(storage, second, { error: errorOf('video_private', 'The second is private.') })
      await fail(storage, first, { error: errorOf('age_restricted', 'The first is for adults.') })

      const { status, error } = await jobNow(storage, job)
      assert.equal(status, 'failed')
      assert.equal(error?.code, 'age_restricted')
      assert.match(error?.message ?? '', /2 videos.*The first is for adults\./)
    })

    it('of a job of one video fails with exactly the reason of that video', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))

      await fail(storage, await claimOne(storage), { error: errorOf('video_private', 'This video is private.') })

      assert.deepEqual((await jobNow(storage, job)).error, { code: 'video_private', message: 'This video is private.' })
    })

    it('comes with one pending delivery where the job has a callback', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { callbackUrl: 'https://receiver.test/hook' })))
      assert.deepEqual(await storage.listDeliveries(job.id), [])

      await complete(storage, await claimOne(storage))

      const { id, ...delivery } = only(await storage.listDeliveries(job.id))
      const { endedAt } = await jobNow(storage, job)
      assert.match(id, /^msg_[\w-]{8,}$/)
      assert.deepEqual(delivery, {
        jobId: job.id,
        url: 'https://receiver.test/hook',
        receiver: 'https://receiver.test',
        type: 'job.completed',
        status: 'pending',
        attempt: 0,
        failures: 0,
        nextAttemptAt: endedAt,
        attempts: [],
        createdAt: endedAt,
        updatedAt: endedAt,
      })
    })

    it('is the type of its delivery', async ({ storage }) => {
      const callbackUrl = 'https://receiver.test/'
      const failed = only(await insert(storage, jobOf('dQw4w9WgXcQ', { callbackUrl })))
      await fail(storage, await claimOne(storage))
      const cancelled = only(await insert(storage, jobOf('dQw4w9WgXcQ', { callbackUrl })))
      await storage.cancelJob({ id: cancelled.id })

      assert.equal(only(await storage.listDeliveries(failed.id)).type, 'job.failed')
      assert.equal(only(await storage.listDeliveries(cancelled.id)).type, 'job.cancelled')
    })

    it('comes without a delivery where it has none', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))

      await complete(storage, await claimOne(storage))

      assert.deepEqual(await storage.listDeliveries(job.id), [])
    })

    it('comes exactly once to each of 40 jobs whose last 3 videos end at the same time', async ({
      storage,
      another,
    }) => {
      const other = await another()
      const jobs = await insert(
        storage,
        ...Array.from({ length: 40 }, () => jobOf(videoIds(3), { callbackUrl: 'https://receiver.test/' })),
      )
      const claimed = await claim(storage, { limit: 120 })

      const results = await Promise.all(
        claimed.map((one, index) => {
          const handle = index % 2 === 0 ? storage : other
          return index % 3 === 0 ? fail(handle, one) : complete(handle, one)
        }),
      )

      const ended = results.flatMap((result) => (result.accepted && result.endedJob ? [result.endedJob.id] : []))
      assert.deepEqual([...ended].sort(), jobs.map(({ id }) => id).sort())
      for (const job of jobs) {
        const { status, counts } = await jobNow(storage, job)
        assert.equal(status, 'completed')
        assert.equal(counts.completed + counts.failed, 3)
        assert.equal((await storage.listDeliveries(job.id)).length, 1)
      }
    })
  })
}
