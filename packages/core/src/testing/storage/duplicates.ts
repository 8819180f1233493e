import assert from 'node:assert/strict'
import { contentOf, errorOf, jobOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import {
  claim,
  claimOne,
  claimVideos,
  complete,
  expire,
  fail,
  insert,
  jobNow,
  only,
  retry,
  transcriptNow,
} from './steps.ts'

export function describeDuplicates({ describe, it }: StorageSuite): void {
  describe('a video that is listed twice in a job', () => {
    it('is claimed once', async ({ storage }) => {
      await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'aaaaaaaaaaa']))

      assert.deepEqual(await claimVideos(storage), ['aaaaaaaaaaa', 'bbbbbbbbbbb'])
    })

    it('is claimed once for a worker of this job alone', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'])))

      assert.deepEqual(await claimVideos(storage, { jobIds: [job.id] }), ['aaaaaaaaaaa'])
    })

    it('has its text at every place of the list', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa', 'aaaaaaaaaaa'])))

      const result = await complete(storage, await claimOne(storage), 'Once fetched, three times there.')

      assert.ok(result.accepted)
      assert.equal(result.endedJob?.status, 'completed')
      const transcripts = await storage.listTranscripts({ jobId: job.id, withData: true })
      for (const { status, data, result: metadata } of transcripts) {
        assert.equal(status, 'completed')
        assert.equal(data, contentOf('Once fetched, three times there.').data)
        assert.deepEqual(metadata, transcripts[0]?.result)
      }
      assert.deepEqual(
        transcripts.map(({ position, duplicateOf }) => [position, duplicateOf]),
        [
          [0, undefined],
          [1, 0],
          [2, 0],
        ],
      )
    })

    it('counts at every place of the list', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'aaaaaaaaaaa'])))

      await complete(storage, await claimOne(storage, { limit: 1 }))

      const { status, counts } = await jobNow(storage, job)
      assert.equal(status, 'processing')
      assert.deepEqual(counts, { total: 3, completed: 2, failed: 0, cancelled: 0 })
    })

    it('fails at every place of the list, for the same reason', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'])))
      const error = errorOf('transcripts_disabled')

      await fail(storage, await claimOne(storage), { error })

      assert.deepEqual((await transcriptNow(storage, job, { position: 1 })).error, error)
      assert.deepEqual((await jobNow(storage, job)).counts, { total: 2, completed: 0, failed: 2, cancelled: 0 })
    })

    it('waits at every other place while it is tried again', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'])))

      await retry(storage, await claimOne(storage), { afterMs: 60_000 })

      assert.equal((await transcriptNow(storage, job, { position: 1 })).status, 'pending')
      assert.deepEqual(await claim(storage), [])
    })

    it('is cancelled at every place of the list', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'])))
      await claimOne(storage)

      await storage.cancelJob({ id: job.id })

      assert.equal((await transcriptNow(storage, job, { position: 1 })).status, 'cancelled')
      assert.deepEqual((await jobNow(storage, job)).counts, { total: 2, completed: 0, failed: 0, cancelled: 2 })
    })

    // In SQL the other places once said nothing of the error, since the cancel does not change it.
    it('is cancelled at every place of the list with the last error of its tries', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'])))
      const error = errorOf('source_timeout')
      await retry(storage, await claimOne(storage), { error, afterMs: 60_000 })

      await storage.cancelJob({ id: job.id })

      assert.deepEqual((await transcriptNow(storage, job)).error, error)
      assert.deepEqual((await transcriptNow(storage, job, { position: 1 })).error, error)
    })

    // In SQL the other places once had the crash, too, where the lease and the time of a job ran out together.
    it('has its crashes at its first place alone', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'], { maxAgeMs: 90_000 })))
      await claimOne(storage, { leaseMs: 60_000 })
      await advance(120_000)

      await expire(storage)

      assert.equal((await transcriptNow(storage, job)).crashes, 1)
      assert.equal((await transcriptNow(storage, job, { position: 1 })).crashes, 0)
    })

    it('reaches the deadline at every place of the list', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'], { maxAgeMs: 60_000 })))
      await advance(70_000)

      await expire(storage)

      assert.equal((await transcriptNow(storage, job, { position: 1 })).error?.code, 'deadline_exceeded')
      assert.deepEqual((await jobNow(storage, job)).counts, { total: 2, completed: 0, failed: 2, cancelled: 0 })
    })
  })
}
