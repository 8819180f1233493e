import assert from 'node:assert/strict'
import { claimOf, errorOf, jobOf, workerOf } from '../builders.ts'
import type { StorageHarness, StorageSuite } from '../storage-harness.ts'
import {
  claim,
  claimOne,
  claimVideos,
  complete,
  expire,
  insert,
  jobNow,
  only,
  refuse,
  retry,
  transcriptNow,
} from './steps.ts'

export function describeCrashes({ describe, it }: StorageSuite): void {
  describe('a crash', () => {
    it('is counted apart from failures when a lease runs out', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await crash({ storage, advance }, { worker: 'a' })

      const { crashes, failures, attempt } = await transcriptNow(storage, job)
      assert.deepEqual({ crashes, failures, attempt }, { crashes: 1, failures: 0, attempt: 1 })
      assert.equal((await claimOne(storage)).crashes, 1)
    })

    it('is given back to a worker that returns', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await crash({ storage, advance }, { worker: 'a' })

      const kept = await storage.renew({ worker: workerOf('a'), leases: [] })

      assert.deepEqual(kept, [])
      assert.equal((await transcriptNow(storage, job)).crashes, 0)
      await storage.renew({ worker: workerOf('a'), leases: [] })
      assert.equal((await transcriptNow(storage, job)).crashes, 0)
    })

    it('is given back although somebody else has the transcript by then', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await crash({ storage, advance }, { worker: 'a' })
      const current = await claimOne(storage, { worker: 'b' })

      await storage.renew({ worker: workerOf('a'), leases: [] })

      assert.equal((await transcriptNow(storage, job)).crashes, 0)
      assert.equal((await complete(storage, current)).accepted, true)
    })

    it('is not given back by another worker', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await crash({ storage, advance }, { worker: 'a' })

      await storage.renew({ worker: workerOf('b'), leases: [] })

      assert.equal((await transcriptNow(storage, job)).crashes, 1)
    })

    it('of a transcript that has ended since changes nothing more', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await crash({ storage, advance }, { worker: 'a' })
      await complete(storage, await claimOne(storage, { worker: 'b' }))
      const ended = await jobNow(storage, job)

      await storage.renew({ worker: workerOf('a'), leases: [] })

      assert.deepEqual(await jobNow(storage, job), ended)
    })
  })

  describe('a suspect, whose worker has died all but one of the times allowed,', () => {
    it('is left out by ordinary claims, which say that it is due', async (harness) => {
      const { storage } = harness
      await insert(storage, jobOf('poison00000'))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })
      await insert(storage, jobOf('innocent000'))

      const { transcripts, suspectDue } = await storage.claim(claimOf({ worker: 'c' }))

      assert.equal(only(transcripts).videoId, 'innocent000')
      assert.equal(suspectDue, true)
    })

    it('is one only by then: a single crash changes nothing', async (harness) => {
      const { storage } = harness
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await crash(harness, { worker: 'a' })

      const { transcripts, suspectDue } = await storage.claim(claimOf({ worker: 'b' }))

      assert.equal(only(transcripts).videoId, 'dQw4w9WgXcQ')
      assert.equal(suspectDue, false)
    })

    it('is claimed alone, and on its own terms', async (harness) => {
      const { storage } = harness
      await insert(storage, jobOf('poison00000'))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })
      await insert(storage, jobOf('poison00001'))
      await crash(harness, { worker: 'c' })
      await crash(harness, { worker: 'd' })
      await insert(storage, jobOf('innocent000'))

      assert.deepEqual(await claimVideos(storage, { suspect: true, limit: 10 }), ['poison00000'])
      assert.deepEqual(await claimVideos(storage, { suspect: true, limit: 10 }), ['poison00001'])
      assert.deepEqual(await claimVideos(storage, { suspect: true, limit: 10 }), [])
    })

    it('can be claimed for its job alone', async (harness) => {
      const { storage } = harness
      const job = only(await insert(storage, jobOf('poison00000')))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })
      const other = only(await insert(storage, jobOf('innocent000')))

      assert.deepEqual(await claimVideos(storage, { suspect: true, jobIds: [other.id] }), [])
      assert.equal((await storage.claim(claimOf({ jobIds: [other.id] }))).suspectDue, false)
      assert.deepEqual(await claimVideos(storage, { suspect: true, jobIds: [job.id] }), ['poison00000'])
    })

    it('is not announced while it waits for its next try', async (harness) => {
      const { storage, advance } = harness
      await insert(storage, jobOf('poison00000'))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })
      await retry(storage, await claimOne(storage, { suspect: true }), { afterMs: 60_000 })

      assert.equal((await storage.claim(claimOf())).suspectDue, false)
      await advance(70_000)
      assert.equal((await storage.claim(claimOf())).suspectDue, true)
    })

    it('is not announced while its gate is closed, so that workers go on behind other gates', async (harness) => {
      const { storage, advance } = harness
      await insert(storage, jobOf('poison00000'))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })
      await refuse(storage, await claimOne(storage, { suspect: true }), { retryAfterMs: 60_000 })

      assert.equal((await storage.claim(claimOf())).suspectDue, false)
      assert.deepEqual(await claim(storage, { suspect: true }), [])
      await advance(70_000)
      assert.equal((await storage.claim(claimOf())).suspectDue, true)
    })

    it('is ordinary again when its worker returns', async (harness) => {
      const { storage } = harness
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })

      await storage.renew({ worker: workerOf('b'), leases: [] })

      assert.deepEqual(await claimVideos(storage), ['dQw4w9WgXcQ'])
    })

    it('completes like any other', async (harness) => {
      const { storage } = harness
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await crash(harness, { worker: 'a' })
      await crash(harness, { worker: 'b' })

      await complete(storage, await claimOne(storage, { suspect: true }))

      assert.equal((await jobNow(storage, job)).status, 'completed')
    })
  })

  describe('a video that kills its workers', () => {
    it('fails when its last worker has not been seen for two leases', async (harness) => {
      const { storage, advance } = harness
      const job = only(await insert(storage, jobOf(['innocent000', 'poison00000'])))
      await complete(storage, await claimOne(storage, { limit: 1 }))
      await crashThreeTimes(harness)

      assert.deepEqual((await expire(storage)).failed, [])
      assert.equal((await transcriptNow(storage, job, { position: 1 })).crashes, 3)
      await advance(60_000)
      const { failed, endedJobs } = await expire(storage)

      const { position, error } = only(failed)
      assert.deepEqual([position, error.code, error.retryable], [1, 'worker_lost', false])
      assert.deepEqual(endedJobs, [await jobNow(storage, job)])
      assert.equal((await jobNow(storage, job)).status, 'completed')
    })

    it('is claimed by nobody while its end is open', async (harness) => {
      const { storage } = harness
      await insert(storage, jobOf('poison00000'))
      await crashThreeTimes(harness)

      assert.deepEqual(await storage.claim(claimOf()), { transcripts: [], startedJobs: [], suspectDue: false })
      assert.deepEqual(await claim(storage, { suspect: true }), [])
    })

    it('gets another chance when its last worker returns in time', async (harness) => {
      const { storage, advance } = harness
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await crashThreeTimes(harness)

      await storage.renew({ worker: workerOf('c'), leases: [] })
      await advance(200_000)

      assert.deepEqual((await expire(storage)).failed, [])
      assert.equal((await claimOne(storage, { suspect: true })).crashes, 2)
    })

    it('fails at once when its last worker is not known any more', async (harness) => {
      const { storage } = harness
      const job = only(await insert(storage, jobOf('poison00000')))
      await crashThreeTimes(harness)

      await storage.removeWorker('c')
      await expire(storage)

      assert.equal((await transcriptNow(storage, job)).error?.code, 'worker_lost')
    })

    it('fails with its last error named', async (harness) => {
      const { storage } = harness
      const job = only(await insert(storage, jobOf('poison00000')))
      await retry(storage, await claimOne(storage), { error: errorOf('source_timeout', 'No answer within 10 s.') })
      await crashThreeTimes(harness)

      await storage.removeWorker('c')
      await expire(storage)

      assert.match((await transcriptNow(storage, job)).error?.message ?? '', /No answer within 10 s\./)
    })

    it('fails although its gate is closed', async (harness) => {
      const { storage } = harness
      const [poison] = await insert(storage, jobOf('poison00000'))
      await crashThreeTimes(harness)
      await insert(storage, jobOf('innocent000'))
      await refuse(storage, await claimOne(storage), { retryAfterMs: 3_600_000 })

      await storage.removeWorker('c')
      await expire(storage)

      assert.equal((await jobNow(storage, { id: poison?.id ?? '' })).error?.code, 'worker_lost')
    })
  })
}

interface Crash {
  readonly worker: string
  readonly suspect?: boolean
}

/** A worker claims one transcript, and is not heard of again until its lease has run out. */
async function crash(
  { storage, advance }: Pick<StorageHarness, 'storage' | 'advance'>,
  { worker, suspect = false }: Crash,
): Promise<void> {
  await claimOne(storage, { worker, suspect, leaseMs: 60_000, limit: 1 })
  await advance(65_000)
  const { reclaimed } = await expire(storage)
  assert.equal(reclaimed.length, 1)
}

async function crashThreeTimes(harness: StorageHarness): Promise<void> {
  await crash(harness, { worker: 'a' })
  await crash(harness, { worker: 'b' })
  await crash(harness, { worker: 'c', suspect: true })
}
