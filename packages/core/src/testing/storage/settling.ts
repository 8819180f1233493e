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
  refuse,
  release,
  retry,
  transcriptNow,
} from './steps.ts'

export function describeSettling({ describe, it }: StorageSuite): void {
  describe('an attempt that gave a text', () => {
    it('completes its transcript', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const { lease } = await claimOne(storage)
      const metadata = {
        title: 'A speech',
        channel: 'Abe',
        durationMs: 120_000,
        description: 'Of 272 words.\nGettysburg, 1863.',
        viewCount: 15_000,
        provenance: { client: 'WEB' },
      }
      const content = contentOf('Four score and seven years ago', {
        language: 'pt-BR',
        kind: 'generated',
        translatedFrom: 'en',
        metadata,
      })

      const result = await storage.settle({ lease, outcome: { type: 'completed', content } })

      assert.ok(result.accepted)
      assert.equal(result.status, 'completed')
      const transcript = await transcriptNow(storage, job)
      const { fetchedAt, ...stored } = transcript.result ?? {}
      assert.equal(transcript.status, 'completed')
      assert.equal(transcript.data, content.data)
      assert.deepEqual(stored, {
        language: 'pt-BR',
        kind: 'generated',
        translatedFrom: 'en',
        metadata,
      })
      assert.ok(fetchedAt && fetchedAt >= job.createdAt && fetchedAt <= transcript.updatedAt)
    })

    it('leaves no error of earlier attempts', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await retry(storage, await claimOne(storage))

      await complete(storage, await claimOne(storage))

      assert.equal((await transcriptNow(storage, job)).error, undefined)
    })
  })

  describe('an attempt that failed for good', () => {
    it('fails its transcript, and says why', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      const error = errorOf('video_private', 'This video is private.')

      const result = await fail(storage, await claimOne(storage, { limit: 1 }), { error })

      assert.deepEqual(result, { accepted: true, status: 'failed' })
      const transcript = await transcriptNow(storage, job)
      assert.equal(transcript.status, 'failed')
      assert.deepEqual(transcript.error, error)
      assert.equal(transcript.result, undefined)
      assert.equal(transcript.data, undefined)
    })
  })

  describe('an attempt that is to be tried again', () => {
    it('waits until it is due', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const error = errorOf('source_timeout', 'No answer within 10 s.')

      const result = await retry(storage, await claimOne(storage), { error, afterMs: 60_000 })

      assert.deepEqual(result, { accepted: true, status: 'pending' })
      const transcript = await transcriptNow(storage, job)
      assert.equal(transcript.status, 'pending')
      assert.deepEqual(transcript.error, error)
      assert.equal(transcript.runAt.getTime() - transcript.updatedAt.getTime(), 60_000)
      await advance(45_000)
      assert.deepEqual(await claim(storage), [])
      await advance(20_000)
      assert.equal((await claimOne(storage)).lease.attempt, 2)
    })

    it('keeps the moment that the source named', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const error = { ...errorOf('live_upcoming'), retryAt: new Date('2031-05-04T03:02:01.000Z') }

      await retry(storage, await claimOne(storage), { error, afterMs: 60_000 })

      assert.deepEqual((await transcriptNow(storage, job)).error, error)
    })

    it('counts as a failure where the worker says so', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await retry(storage, await claimOne(storage), { countsAsFailure: true })
      await retry(storage, await claimOne(storage), { countsAsFailure: false })

      assert.equal((await transcriptNow(storage, job)).failures, 1)
      assert.equal((await claimOne(storage)).failures, 1)
    })

    it('ranks by the moment at which it is due', async ({ storage, advance }) => {
      await insert(storage, jobOf('aaaaaaaaaaa'))
      await retry(storage, await claimOne(storage), { afterMs: 60_000 })
      await advance(30_000)
      await insert(storage, jobOf('bbbbbbbbbbb'))
      await advance(40_000)
      await insert(storage, jobOf('ccccccccccc'))

      assert.deepEqual(await claimVideos(storage), ['bbbbbbbbbbb', 'aaaaaaaaaaa', 'ccccccccccc'])
    })
  })

  describe('an attempt that its worker gives back', () => {
    it('is due at once, with nothing counted', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))

      const result = await release(storage, await claimOne(storage))

      assert.deepEqual(result, { accepted: true, status: 'pending' })
      const { status, failures, crashes, error } = await transcriptNow(storage, job)
      assert.deepEqual(
        { status, failures, crashes, error },
        { status: 'pending', failures: 0, crashes: 0, error: undefined },
      )
      assert.equal((await claimOne(storage)).lease.attempt, 2)
    })

    it('keeps its place in the order', async ({ storage, advance }) => {
      await insert(storage, jobOf('aaaaaaaaaaa'))
      const claimed = await claimOne(storage)
      await advance(30_000)
      await insert(storage, jobOf('bbbbbbbbbbb'))
      await advance(30_000)

      await release(storage, claimed)

      assert.deepEqual(await claimVideos(storage), ['aaaaaaaaaaa', 'bbbbbbbbbbb'])
    })
  })

  describe('a late result', () => {
    it('is refused when the lease was taken back', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const late = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(70_000)
      await expire(storage)

      assert.deepEqual(await complete(storage, late, 'Too late.'), { accepted: false })

      assert.equal((await transcriptNow(storage, job)).status, 'pending')
    })

    it('is refused when somebody else works on the transcript, and does not disturb them', async ({
      storage,
      advance,
    }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const late = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(70_000)
      await expire(storage)
      const current = await claimOne(storage, { worker: 'b' })

      for (const settle of [complete, fail, retry, refuse, release]) {
        assert.deepEqual(await settle(storage, late), { accepted: false })
      }

      assert.equal((await complete(storage, current, 'In time.')).accepted, true)
      assert.equal((await transcriptNow(storage, job)).data, contentOf('In time.').data)
    })

    it('is refused when the transcript has ended', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const claimed = await claimOne(storage)
      await complete(storage, claimed, 'The first.')

      assert.deepEqual(await complete(storage, claimed, 'The second.'), { accepted: false })
      assert.deepEqual(await fail(storage, claimed), { accepted: false })

      assert.equal((await transcriptNow(storage, job)).data, contentOf('The first.').data)
      assert.deepEqual((await jobNow(storage, job)).counts, { total: 1, completed: 1, failed: 0, cancelled: 0 })
    })

    it('changes nothing that anybody can see', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const late = await claimOne(storage, { leaseMs: 60_000 })
      await advance(70_000)
      await expire(storage)
      const before = [await jobNow(storage, job), await transcriptNow(storage, job), await storage.listGates()]

      await refuse(storage, late)

      assert.deepEqual(
        [await jobNow(storage, job), await transcriptNow(storage, job), await storage.listGates()],
        before,
      )
    })

    it('is accepted once, however often it comes in at the same time', async ({ storage, another }) => {
      const other = await another()
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', { callbackUrl: 'https://receiver.test/' })))
      const claimed = await claimOne(storage)
      const handles = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? storage : other))

      const results = await Promise.all(handles.map((handle, index) => complete(handle, claimed, `Text ${index}`)))

      assert.equal(results.filter(({ accepted }) => accepted).length, 1)
      assert.deepEqual((await jobNow(storage, job)).counts, { total: 1, completed: 1, failed: 0, cancelled: 0 })
      assert.equal((await storage.listDeliveries(job.id)).length, 1)
    })

    it('of a transcript that does not exist is refused', async ({ storage }) => {
      const lease = { transcriptId: 4_711, attempt: 1 }

      assert.deepEqual(await storage.settle({ lease, outcome: { type: 'released' } }), { accepted: false })
    })
  })

  describe('the version of a job', () => {
    it('grows with every change that a caller can see', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])))
      const versions = [job.version]
      const look = async () => void versions.push((await jobNow(storage, job)).version)

      const [first, second, third] = await claim(storage)
      assert.ok(first && second && third)
      await look()
      await complete(storage, first)
      await look()
      await fail(storage, second)
      await look()
      await retry(storage, third)
      await look()
      await storage.cancelJob({ id: job.id })
      await look()

      assert.deepEqual(
        versions,
        [...new Set(versions)].sort((a, b) => a - b),
      )
    })

    it('stays while nothing happens', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await complete(storage, await claimOne(storage))
      const before = await jobNow(storage, job)

      await expire(storage)
      await claim(storage)
      await storage.cancelJob({ id: job.id })

      assert.deepEqual(await jobNow(storage, job), before)
    })
  })

  describe('the attempt time of a job', () => {
    it('is the sum over its videos, from their claims to their outcomes', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])))
      await advance(500_000)
      const [first, second] = await claim(storage, { limit: 2, leaseMs: 600_000 })
      assert.ok(first && second)
      await advance(100_000)
      await complete(storage, first)
      await advance(100_000)

      await retry(storage, second, { afterMs: 100_000 })
      await advance(100_000)

      const { usedMs } = await jobNow(storage, job)
      assert.ok(usedMs >= 300_000 && usedMs < 350_000, `${usedMs} ms`)
    })

    it('ends with the lease where the worker was lost: outages do not count', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await claimOne(storage, { leaseMs: 60_000 })
      await advance(36_000_000)

      await expire(storage)

      const { usedMs } = await jobNow(storage, job)
      assert.ok(usedMs >= 60_000 && usedMs < 90_000, `${usedMs} ms`)
    })
  })
}
