import assert from 'node:assert/strict'
import { errorOf, jobOf, videoIds, workerOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claim, claimOne, complete, expire, insert, jobNow, only, refuse, retry, transcriptNow } from './steps.ts'

export function describeDeadlines({ describe, it }: StorageSuite): void {
  describe('the deadline of a job', () => {
    it('ends what is left of it, waiting or in work', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { maxAgeMs: 100_000 })))
      const claimed = await claimOne(storage, { worker: 'a', limit: 1, leaseMs: 600_000 })
      await advance(80_000)
      const early = await expire(storage)
      assert.deepEqual([early.reclaimed, early.failed, early.endedJobs], [[], [], []])
      await advance(30_000)

      const { failed, endedJobs } = await expire(storage)

      const ended = await jobNow(storage, job)
      assert.equal(ended.status, 'failed')
      assert.equal(ended.error?.code, 'deadline_exceeded')
      assert.deepEqual(endedJobs, [ended])
      assert.deepEqual(failed.map(({ jobId, position, videoId }) => [jobId, position, videoId]).sort(), [
        [job.id, 0, 'aaaaaaaaaaa'],
        [job.id, 1, 'bbbbbbbbbbb'],
      ])
      assert.ok(failed.every(({ error }) => error.code === 'deadline_exceeded' && !error.retryable))
      assert.deepEqual(await storage.renew({ worker: workerOf('a'), leases: [claimed.lease] }), [])
      assert.deepEqual(await complete(storage, claimed), { accepted: false })
    })

    it('keeps what is completed', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { maxAgeMs: 100_000 })))
      await complete(storage, await claimOne(storage, { limit: 1 }))
      await advance(110_000)

      await expire(storage)

      const { status, counts } = await jobNow(storage, job)
      assert.equal(status, 'completed')
      assert.deepEqual(counts, { total: 2, completed: 1, failed: 1, cancelled: 0 })
    })

    it('names the last error of each video', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { maxAgeMs: 100_000 })))
      const error = errorOf('source_timeout', 'No answer within 10 s.')
      await retry(storage, await claimOne(storage), { error, afterMs: 60_000 })
      await advance(110_000)

      await expire(storage)

      const { code, message } = (await transcriptNow(storage, job)).error ?? {}
      assert.equal(code, 'deadline_exceeded')
      assert.match(message ?? '', /No answer within 10 s\./)
    })

    it('comes early when the attempt time is used up', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { timeoutMs: 100_000 })))
      const claimed = await claimOne(storage, { limit: 1, leaseMs: 600_000 })
      await advance(110_000)
      await complete(storage, claimed)

      const { failed } = await expire(storage)

      assert.equal(only(failed).error.code, 'deadline_exceeded')
      const { status, usedMs, deadlineAt, endedAt } = await jobNow(storage, job)
      assert.equal(status, 'completed')
      assert.ok(usedMs >= 110_000, `${usedMs} ms`)
      assert.ok(endedAt && deadlineAt <= endedAt)
    })

    it('comes early when lost workers have used up the attempt time', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { timeoutMs: 100_000 })))
      await claimOne(storage, { leaseMs: 110_000 })
      await advance(120_000)

      await expire(storage)
      await expire(storage)

      assert.equal((await transcriptNow(storage, job)).error?.code, 'deadline_exceeded')
    })

    it('does not come closer while a job waits', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { timeoutMs: 100_000 })))
      await advance(1_000_000)
      await retry(storage, await claimOne(storage), { afterMs: 1_000_000 })
      await advance(900_000)

      assert.deepEqual((await expire(storage)).failed, [])

      assert.ok((await jobNow(storage, job)).usedMs < 50_000)
    })

    it('comes although the gate is closed', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { maxAgeMs: 100_000 })))
      const error = errorOf('source_blocked', 'The source wants to see no more of us.')
      await refuse(storage, await claimOne(storage), { error, retryAfterMs: 3_600_000 })
      await advance(110_000)

      const { failed } = await expire(storage)

      assert.match(only(failed).error.message, /The source wants to see no more of us\./)
      assert.equal((await jobNow(storage, job)).status, 'failed')
    })

    it('tells the callback', async ({ storage, advance }) => {
      const callbackUrl = 'https://receiver.test/'
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { maxAgeMs: 100_000, callbackUrl })))
      await advance(110_000)

      await expire(storage)
      await expire(storage)

      assert.equal((await storage.listDeliveries(job.id)).length, 1)
    })

    it('is met in several turns where more is left than one may handle', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(videoIds(5), { maxAgeMs: 100_000 })))
      await advance(110_000)

      const turns = []
      for (let turn = 0; turn < 4; turn += 1) turns.push(await expire(storage, { limit: 2 }))

      assert.ok(turns.every(({ failed }) => failed.length <= 2))
      assert.equal(turns.flatMap(({ failed }) => failed).length, 5)
      assert.deepEqual(
        turns.flatMap(({ endedJobs }) => endedJobs.map(({ id }) => id)),
        [job.id],
      )
    })

    it('ends each of 20 jobs once, however many processes look', async ({ storage, another, advance }) => {
      const other = await another()
      await insert(storage, ...Array.from({ length: 20 }, () => jobOf(videoIds(2), { maxAgeMs: 100_000 })))
      await advance(110_000)

      const results = await Promise.all([storage, other, storage, other].map((handle) => expire(handle)))

      assert.equal(results.flatMap(({ failed }) => failed).length, 40)
      assert.equal(results.flatMap(({ endedJobs }) => endedJobs).length, 20)
    })

    it('does not touch other jobs', async ({ storage, advance }) => {
      await insert(storage, jobOf('aaaaaaaaaaa', { maxAgeMs: 100_000 }), jobOf('bbbbbbbbbbb'))
      await advance(110_000)

      await expire(storage)

      assert.equal(only(await claim(storage)).videoId, 'bbbbbbbbbbb')
    })
  })
}
