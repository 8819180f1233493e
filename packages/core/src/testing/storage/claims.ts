import assert from 'node:assert/strict'
import type { TranscriptionStorage } from '../../storage.ts'
import { claimOf, jobOf, videoIds } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claim, claimOne, claimVideos, insert, jobNow, only, transcriptNow } from './steps.ts'

export function describeClaims({ describe, it }: StorageSuite): void {
  describe('a claim', () => {
    it('gives everything that a worker needs, and starts the next attempt', async ({ storage }) => {
      const job = jobOf('dQw4w9WgXcQ', {
        owner: 'ada',
        request: { languages: ['de'], kind: 'generated' },
        reuse: { scope: 'owner', maxAgeMs: 1_000 },
        gateKey: 'fake/translations',
        maxAgeMs: 3_600_000,
      })
      await storage.insertJob(job)

      const { lease, remainingMs, ...claimed } = await claimOne(storage)

      const transcript = await transcriptNow(storage, job)
      assert.deepEqual(lease, { transcriptId: transcript.id, attempt: 1 })
      assert.deepEqual(claimed, {
        jobId: job.id,
        owner: 'ada',
        position: 0,
        url: 'https://example.test/dQw4w9WgXcQ',
        videoId: 'dQw4w9WgXcQ',
        request: { languages: ['de'], kind: 'generated' },
        requestKey: only(job.transcripts).requestKey,
        reuse: { scope: 'owner', maxAgeMs: 1_000 },
        gateKey: 'fake/translations',
        failures: 0,
        crashes: 0,
      })
      assert.ok(remainingMs > 3_500_000 && remainingMs <= 3_600_000, `${remainingMs} ms`)
      assert.equal(transcript.status, 'processing')
      assert.equal(transcript.attempt, 1)
    })

    it('finds nothing where nothing is due', async ({ storage }) => {
      assert.deepEqual(await storage.claim(claimOf()), { transcripts: [], startedJobs: [], suspectDue: false })
    })

    it('takes as many as it wants, and leaves the rest', async ({ storage }) => {
      await insert(storage, jobOf(videoIds(5)))

      assert.equal((await claim(storage, { limit: 2 })).length, 2)
      assert.equal((await claim(storage, { limit: 10 })).length, 3)
      assert.equal((await claim(storage, { limit: 10 })).length, 0)
    })

    it('takes transcripts of its own source alone', async ({ storage }) => {
      await insert(storage, jobOf('aaaaaaaaaaa', { source: 'fake' }), jobOf('bbbbbbbbbbb', { source: 'other' }))

      assert.deepEqual(await claimVideos(storage, { source: 'other' }), ['bbbbbbbbbbb'])
    })

    it('takes them alone also for some jobs, and where the gates of sources have the same key', async ({ storage }) => {
      const jobs = await insert(
        storage,
        jobOf('aaaaaaaaaaa', { source: 'fake', gateKey: 'default' }),
        jobOf('bbbbbbbbbbb', { source: 'other', gateKey: 'default' }),
      )
      const jobIds = jobs.map(({ id }) => id)

      assert.deepEqual(await claimVideos(storage, { source: 'other', jobIds }), ['bbbbbbbbbbb'])
      assert.deepEqual(await claimVideos(storage, { source: 'other', jobIds }), [])
    })

    it('takes the videos of a job in their order', async ({ storage }) => {
      await insert(storage, jobOf(videoIds(10)))

      assert.deepEqual(await claimVideos(storage), videoIds(10))
    })

    it('does not let a small job wait for all of a large one', async ({ storage }) => {
      await insert(storage, jobOf(['large000000', 'large000001', 'large000002']), jobOf('small000000'))

      assert.deepEqual(await claimVideos(storage), ['large000000', 'small000000', 'large000001', 'large000002'])
    })

    it('ranks a video 2 s behind the one before it in its job', async ({ storage, advance }) => {
      await insert(storage, jobOf(videoIds(20)))
      await advance(21_000)
      await insert(storage, jobOf('small000000'))

      const order = await claimVideos(storage)

      // Position 10 ranks with what came 20 s later, position 11 with what came 22 s later.
      assert.equal(order.indexOf('small000000'), 11)
    })

    it('can be for some jobs alone', async ({ storage }) => {
      const [, second] = await insert(storage, jobOf('aaaaaaaaaaa'), jobOf(['bbbbbbbbbbb', 'ccccccccccc']))

      assert.deepEqual(await claimVideos(storage, { jobIds: [second?.id ?? ''] }), ['bbbbbbbbbbb', 'ccccccccccc'])
    })

    it('for no job at all takes nothing', async ({ storage }) => {
      await insert(storage, jobOf('aaaaaaaaaaa'))

      const nothing = { transcripts: [], startedJobs: [], suspectDue: false }
      assert.deepEqual(await storage.claim(claimOf({ jobIds: [] })), nothing)
      assert.deepEqual(await storage.claim(claimOf({ jobIds: [], suspect: true })), nothing)
    })

    it('makes its job processing once', async ({ storage }) => {
      const { id } = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))

      const first = await storage.claim(claimOf({ limit: 1 }))
      const second = await storage.claim(claimOf({ limit: 1 }))

      assert.deepEqual(first.startedJobs, [id])
      assert.deepEqual(second.startedJobs, [])
      assert.equal((await jobNow(storage, { id })).status, 'processing')
    })

    it('names each job once that it starts with several videos', async ({ storage }) => {
      const jobs = await insert(storage, jobOf(videoIds(3)), jobOf(videoIds(2)))

      const { startedJobs } = await storage.claim(claimOf())

      assert.deepEqual([...startedJobs].sort(), jobs.map(({ id }) => id).sort())
    })

    it('gives each of 200 transcripts to one of 8 claimers on two handles', async ({ storage, another }) => {
      const other = await another()
      await Promise.all(Array.from({ length: 40 }, () => storage.insertJob(jobOf(videoIds(5)))))
      const claimers = Array.from({ length: 8 }, (_, index) =>
        claimAll(index % 2 === 0 ? storage : other, `worker${index}`),
      )

      const claimed = (await Promise.all(claimers)).flat()

      assert.equal(new Set(claimed.map(({ lease }) => lease.transcriptId)).size, claimed.length)
      assert.ok(claimed.every(({ lease }) => lease.attempt === 1))
      assert.equal(claimed.length + (await claim(storage, { limit: 200 })).length, 200)
    })

    it('names each of 20 jobs once as started, however many claimers start it', async ({ storage, another }) => {
      const other = await another()
      await insert(storage, ...Array.from({ length: 20 }, () => jobOf(videoIds(4))))

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? storage : other).claim(claimOf({ worker: `worker${index}`, limit: 4 })),
        ),
      )

      const started = claims.flatMap(({ startedJobs }) => startedJobs)
      const claimed = claims.flatMap(({ transcripts }) => transcripts.map(({ jobId }) => jobId))
      assert.deepEqual([...started].sort(), [...new Set(claimed)].sort())
    })
  })
}

async function claimAll(storage: TranscriptionStorage, worker: string) {
  const all = []
  for (let some = await claim(storage, { worker, limit: 3 }); some.length > 0;) {
    all.push(...some)
    some = await claim(storage, { worker, limit: 3 })
  }
  return all
}
