import assert from 'node:assert/strict'
import { jobOf, videoIds } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claimOne, complete, fail, insert, jobNow, only, present } from './steps.ts'

export function describeJobs({ describe, it }: StorageSuite): void {
  describe('jobs', () => {
    it('stores a job as pending, with one transcript for each URL, due at once', async ({ storage }) => {
      const job = jobOf(['dQw4w9WgXcQ', 'jNQXAC9IVRw'], {
        request: { languages: ['de', 'en'], kind: 'manual' },
        reuse: { scope: 'shared', maxAgeMs: 86_400_000 },
        callbackUrl: 'https://receiver.test/hook?a=1',
        idempotency: { key: 'k1', hash: 'h1' },
        timeoutMs: 60_000,
        maxAgeMs: 3_600_000,
      })

      const { job: stored, created } = await storage.insertJob(job)

      assert.equal(created, true)
      const { version, createdAt, updatedAt, deadlineAt, ...rest } = stored
      assert.deepEqual(rest, {
        id: job.id,
        owner: 'default',
        source: 'fake',
        status: 'pending',
        counts: { total: 2, completed: 0, failed: 0, cancelled: 0 },
        dataBytes: 0,
        request: { languages: ['de', 'en'], kind: 'manual' },
        reuse: { scope: 'shared', maxAgeMs: 86_400_000 },
        callbackUrl: 'https://receiver.test/hook?a=1',
        idempotency: { key: 'k1', hash: 'h1' },
        usedMs: 0,
        timeoutMs: 60_000,
      })
      assert.ok(Number.isSafeInteger(version))
      assert.deepEqual(updatedAt, createdAt)
      assert.equal(deadlineAt.getTime() - createdAt.getTime(), 3_600_000)

      const transcripts = await storage.listTranscripts({ jobId: job.id })
      const [first, second] = transcripts.map(({ id, ...transcript }) => {
        assert.ok(Number.isSafeInteger(id))
        return transcript
      })
      assert.deepEqual(first, {
        jobId: job.id,
        position: 0,
        url: 'https://example.test/dQw4w9WgXcQ',
        videoId: 'dQw4w9WgXcQ',
        status: 'pending',
        attempt: 0,
        failures: 0,
        crashes: 0,
        runAt: createdAt,
        createdAt,
        updatedAt: createdAt,
      })
      assert.equal(second?.videoId, 'jNQXAC9IVRw')
      assert.equal(transcripts.length, 2)
    })

    it('says nothing of what is not there: no callback, no error, no end', async ({ storage }) => {
      const [job] = await insert(storage, jobOf('dQw4w9WgXcQ'))

      const keys = Object.keys(await jobNow(storage, present(job)))

      for (const absent of ['callbackUrl', 'retryOf', 'idempotency', 'error', 'endedAt']) {
        assert.ok(!keys.includes(absent), `${absent} is there`)
      }
    })

    it('gives a job to its owner and to nobody else', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf('dQw4w9WgXcQ', { owner: 'ada' })))

      assert.equal((await storage.getJob({ id, owner: 'ada' }))?.id, id)
      assert.equal((await storage.getJob({ id }))?.id, id)
      assert.equal(await storage.getJob({ id, owner: 'bob' }), undefined)
    })

    it('knows no job that was never stored', async ({ storage }) => {
      const id = '0198c000-0000-7000-8000-000000000000'

      assert.equal(await storage.getJob({ id }), undefined)
      assert.deepEqual(await storage.listTranscripts({ jobId: id }), [])
      assert.deepEqual(await storage.listDeliveries(id), [])
    })

    it('remembers which job a job tries again', async ({ storage }) => {
      const first = only(await insert(storage, jobOf('dQw4w9WgXcQ')))

      const second = only(await insert(storage, jobOf('dQw4w9WgXcQ', { retryOf: first.id })))

      assert.equal((await jobNow(storage, second)).retryOf, first.id)
    })

    it('shows a job to every process as soon as it is stored', async ({ storage, another }) => {
      const other = await another()

      const { id } = only(await insert(storage, jobOf('dQw4w9WgXcQ')))

      assert.equal((await other.getJob({ id }))?.id, id)
      assert.equal((await other.listTranscripts({ jobId: id })).length, 1)
    })
  })

  describe('a job with a callback that is no URL', () => {
    // Its end could not be stored, so that it would never come.
    it('is not stored', async ({ storage }) => {
      const job = jobOf('dQw4w9WgXcQ', { callbackUrl: 'receiver.test/hook' })

      await assert.rejects(storage.insertJob(job), TypeError)

      assert.equal(await storage.getJob({ id: job.id }), undefined)
      assert.deepEqual(await storage.listTranscripts({ jobId: job.id }), [])
    })
  })

  describe('the list of jobs', () => {
    it('has the newest first', async ({ storage, advance }) => {
      const old = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await advance(10_000)
      const young = only(await insert(storage, jobOf('dQw4w9WgXcQ')))

      const { jobs } = await storage.listJobs({ limit: 10 })

      assert.deepEqual(jobs, [young, old])
    })

    it('comes in pages that miss nothing and repeat nothing, even where jobs are equally old', async ({ storage }) => {
      const inserted = await Promise.all(videoIds(25).map((videoId) => storage.insertJob(jobOf(videoId))))

      const listed: string[] = []
      let page = await storage.listJobs({ limit: 4 })
      while (page.jobs.length > 0) {
        assert.ok(page.jobs.length <= 4)
        listed.push(...page.jobs.map(({ id }) => id))
        if (!page.next) break
        page = await storage.listJobs({ limit: 4, after: page.next })
      }

      const newestFirst = inserted
        .map(({ job }) => job)
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
      assert.deepEqual(
        listed,
        newestFirst.map(({ id }) => id),
      )
    })

    it('ends without a cursor', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))

      const { jobs, next } = await storage.listJobs({ limit: 10 })

      assert.equal(jobs.length, 1)
      assert.equal(next, undefined)
    })

    it('keeps its pages while new jobs come in', async ({ storage, advance }) => {
      const first = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await advance(1_000)
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const page = await storage.listJobs({ limit: 1 })
      await advance(1_000)
      await insert(storage, jobOf('dQw4w9WgXcQ'))

      const { jobs } = await storage.listJobs({ limit: 5, after: present(page.next) })

      assert.deepEqual(jobs, [first])
    })

    it('can be of one owner', async ({ storage }) => {
      const [ada] = await insert(
        storage,
        jobOf('dQw4w9WgXcQ', { owner: 'ada' }),
        jobOf('dQw4w9WgXcQ', { owner: 'bob' }),
      )

      const { jobs } = await storage.listJobs({ limit: 10, owner: 'ada' })

      assert.deepEqual(jobs, [ada])
    })

    it('can be of one status', async ({ storage }) => {
      const [good, bad, waiting] = await insert(
        storage,
        jobOf('aaaaaaaaaaa'),
        jobOf('bbbbbbbbbbb'),
        jobOf('ccccccccccc'),
      )
      await complete(storage, await claimOne(storage, { limit: 1 }))
      await fail(storage, await claimOne(storage, { limit: 1 }))

      const listed = async (status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled') =>
        (await storage.listJobs({ limit: 10, status })).jobs.map(({ id }) => id)

      assert.deepEqual(await listed('completed'), [good?.id])
      assert.deepEqual(await listed('failed'), [bad?.id])
      assert.deepEqual(await listed('pending'), [waiting?.id])
      assert.deepEqual(await listed('processing'), [])
    })
  })

  describe('the list of transcripts', () => {
    it('is in the order of the submitted URLs', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf(videoIds(50))))

      const transcripts = await storage.listTranscripts({ jobId: id })

      assert.deepEqual(
        transcripts.map(({ position, videoId }) => [position, videoId]),
        videoIds(50).map((videoId, position) => [position, videoId]),
      )
    })

    it('comes in pages by position', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf(videoIds(5))))

      const page = await storage.listTranscripts({ jobId: id, afterPosition: 1, limit: 2 })

      assert.deepEqual(
        page.map(({ position }) => position),
        [2, 3],
      )
    })

    it('can be of one video, wherever it occurs', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'aaaaaaaaaaa'])))
      const of = async (videoId: string, query: { limit?: number; statuses?: readonly 'completed'[] } = {}) =>
        (await storage.listTranscripts({ jobId: id, videoId, ...query })).map(({ position }) => position)

      assert.deepEqual(await of('aaaaaaaaaaa'), [0, 2])
      assert.deepEqual(await of('aaaaaaaaaaa', { limit: 1 }), [0])
      assert.deepEqual(await of('bbbbbbbbbbb', { statuses: ['completed'] }), [])
      assert.deepEqual(await of('ccccccccccc'), [])
    })

    it('can be of some statuses', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])))
      await complete(storage, await claimOne(storage, { limit: 1 }))
      await fail(storage, await claimOne(storage, { limit: 1 }))

      const ended = await storage.listTranscripts({ jobId: id, statuses: ['failed', 'completed'] })

      assert.deepEqual(
        ended.map(({ status }) => status),
        ['completed', 'failed'],
      )
    })

    it('of no status are none', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf('aaaaaaaaaaa')))

      assert.deepEqual(await storage.listTranscripts({ jobId: id, statuses: [] }), [])
      assert.deepEqual(await storage.listTranscripts({ jobId: id, statuses: [], withData: true }), [])
    })
  })

  describe('a repeated submission', () => {
    it('with the same idempotency key gives the job of before', async ({ storage }) => {
      const first = await storage.insertJob(jobOf('dQw4w9WgXcQ', { idempotency: { key: 'k', hash: 'h' } }))

      const second = await storage.insertJob(jobOf('jNQXAC9IVRw', { idempotency: { key: 'k', hash: 'other' } }))

      assert.deepEqual(second, { job: first.job, created: false })
      assert.deepEqual(second.job.idempotency, { key: 'k', hash: 'h' })
      assert.equal((await storage.listJobs({ limit: 10 })).jobs.length, 1)
    })

    it('makes one job of 20 that come in at the same time through two handles', async ({ storage, another }) => {
      const other = await another()
      const handles = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? storage : other))

      const results = await Promise.all(
        handles.map((handle) => handle.insertJob(jobOf('dQw4w9WgXcQ', { idempotency: { key: 'k', hash: 'h' } }))),
      )

      assert.equal(results.filter(({ created }) => created).length, 1)
      assert.equal(new Set(results.map(({ job }) => job.id)).size, 1)
      assert.equal((await storage.listJobs({ limit: 100 })).jobs.length, 1)
    })

    it('stores no transcript a second time', async ({ storage }) => {
      const job = jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { idempotency: { key: 'k', hash: 'h' } })
      await storage.insertJob(job)

      await storage.insertJob({ ...job, id: jobOf('dQw4w9WgXcQ').id })

      assert.equal((await storage.listTranscripts({ jobId: job.id })).length, 2)
    })

    it('of another owner with the same key is another job', async ({ storage }) => {
      const idempotency = { key: 'k', hash: 'h' }
      await storage.insertJob(jobOf('dQw4w9WgXcQ', { owner: 'ada', idempotency }))

      const { created } = await storage.insertJob(jobOf('dQw4w9WgXcQ', { owner: 'bob', idempotency }))

      assert.equal(created, true)
    })

    it('without a key is another job', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'), jobOf('dQw4w9WgXcQ'))

      assert.equal((await storage.listJobs({ limit: 10 })).jobs.length, 2)
    })
  })
}
