import assert from 'node:assert/strict'
import type { Job } from '../../job.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import { requestKeyOf } from '../../transcript-request.ts'
import { ANY_REQUEST, errorOf, importedJobOf, importedText, jobOf, workerOf, type JobOverrides } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import {
  DELIVERED,
  GIVEN_UP,
  againAfter,
  claimDeliveries,
  claimDelivery,
  deliveryNow,
  endJobs,
  settled,
  urlsOf,
} from './delivery-steps.ts'
import { claim, claimOne, complete, fail, gateNow, insert, jobNow, only, refuse, release } from './steps.ts'

const HOUR_MS = 3_600_000
const HOOK = 'https://receiver.test/hook'

export function describePurging({ describe, it }: StorageSuite): void {
  describe('a purge', () => {
    it('deletes a job that ended long ago, with everything that belongs to it', async ({ storage, advance }) => {
      const job = await endedJob(storage, { callbackUrl: HOOK })
      await settled(storage, await claimDelivery(storage), DELIVERED)
      await advance(HOUR_MS)

      const count = await purge(storage, { olderThanMs: HOUR_MS })

      assert.equal(count, 1)
      assert.equal(await storage.getJob({ id: job.id }), undefined)
      assert.deepEqual(await storage.listJobs({ limit: 10 }), { jobs: [] })
      assert.deepEqual(await storage.listTranscripts({ jobId: job.id }), [])
      assert.deepEqual(await storage.listDeliveries(job.id), [])
      assert.deepEqual(await storage.findReusable([LOOKUP]), [undefined])
      assert.equal(await storage.cancelJob({ id: job.id }), undefined)
    })

    it('leaves a job that has not been over for so long', async ({ storage, advance }) => {
      const job = await endedJob(storage)
      await advance(HOUR_MS - 30_000)

      const count = await purge(storage, { olderThanMs: HOUR_MS })

      assert.equal(count, 0)
      assert.deepEqual(await jobNow(storage, job), job)
    })

    it('never takes an open job, however old it is', async ({ storage, advance }) => {
      const [waiting, working] = await insert(
        storage,
        jobOf('aaaaaaaaaaa', { source: 'idle' }),
        jobOf('bbbbbbbbbbb', { maxAgeMs: 1_000 }),
      )
      await claimOne(storage)
      await advance(1_000 * HOUR_MS)

      const count = await purge(storage)

      assert.equal(count, 0)
      assert.equal((await jobNow(storage, { id: waiting?.id ?? '' })).status, 'pending')
      assert.equal((await jobNow(storage, { id: working?.id ?? '' })).status, 'processing')
    })

    it('never takes a job whose callback is still to be made, or is being made', async ({ storage, advance }) => {
      const job = await endedJob(storage, { callbackUrl: HOOK })
      await advance(HOUR_MS)

      const pending = await purge(storage)
      const first = await claimDelivery(storage)
      const beingSent = await purge(storage)
      await settled(storage, first, againAfter(0))
      const waiting = await purge(storage)
      const second = await claimDelivery(storage)
      const beingSentAgain = await purge(storage)
      await settled(storage, second, GIVEN_UP)
      const givenUp = await purge(storage)

      assert.deepEqual([pending, beingSent, waiting, beingSentAgain, givenUp], [0, 0, 0, 0, 1])
      assert.equal(await storage.getJob({ id: job.id }), undefined)
    })

    it('never takes a job whose callback was asked for again', async ({ storage, advance }) => {
      const job = await endedJob(storage, { callbackUrl: HOOK })
      await settled(storage, await claimDelivery(storage), DELIVERED)
      await advance(HOUR_MS)
      await storage.replayDelivery({ id: (await deliveryNow(storage, job.id)).id, jobId: job.id })

      const count = await purge(storage)

      assert.equal(count, 0)
      assert.equal((await deliveryNow(storage, job.id)).status, 'pending')
    })

    it('is not held up by jobs that must stay', async ({ storage, advance }) => {
      await endJobs(storage, ...urlsOf('receiver.test', 8))
      const job = await endedJob(storage)
      await advance(HOUR_MS)

      const count = await purge(storage, { limit: 2 })

      assert.equal(count, 1)
      assert.equal(await storage.getJob({ id: job.id }), undefined)
      assert.equal((await storage.listJobs({ limit: 10 })).jobs.length, 8)
    })

    it('takes those that ended first, at most so many, until none is left', async ({ storage, advance }) => {
      const ids: string[] = []
      for (let count = 0; count < 5; count += 1) {
        ids.unshift((await endedJob(storage)).id)
        await advance(1_000)
      }
      await advance(HOUR_MS)

      const counts: number[] = []
      const left: string[][] = []
      for (let turn = 0; turn < 4; turn += 1) {
        counts.push(await purge(storage, { limit: 2 }))
        left.push((await storage.listJobs({ limit: 10 })).jobs.map(({ id }) => id))
      }

      assert.deepEqual(counts, [2, 2, 1, 0])
      assert.deepEqual(left, [ids.slice(0, 3), ids.slice(0, 1), [], []])
    })

    it('goes by the end that an imported job had', async ({ storage }) => {
      const states = [importedText('A text.')]
      const old = importedJobOf('aaaaaaaaaaa', { status: 'completed', states })
      const open = importedJobOf('bbbbbbbbbbb')
      await storage.importJobs([old, open])

      const count = await purge(storage, { olderThanMs: HOUR_MS })

      assert.equal(count, 1)
      assert.equal(await storage.getJob({ id: old.id }), undefined)
      assert.equal((await jobNow(storage, open)).status, 'pending')
    })

    it('takes jobs with much text too, if a few at a time', async ({ storage, advance }) => {
      const text = 'Words. '.repeat(700_000)
      for (let count = 0; count < 4; count += 1) await endedJob(storage, {}, text)
      await advance(HOUR_MS)

      let purged = 0
      for (let count = -1; count !== 0; purged += count) count = await purge(storage)

      assert.equal(purged, 4)
      assert.deepEqual(await storage.listJobs({ limit: 10 }), { jobs: [] })
    })

    it('frees the idempotency key of a job: with it, a new job is made', async ({ storage, advance }) => {
      const idempotency = { key: 'k1', hash: 'h' }
      const job = await endedJob(storage, { idempotency })
      await advance(HOUR_MS)
      await purge(storage)

      const { job: second, created } = await storage.insertJob(jobOf('dQw4w9WgXcQ', { idempotency }))

      assert.equal(created, true)
      assert.notEqual(second.id, job.id)
    })

    it('leaves the next youngest text to be used again', async ({ storage, advance }) => {
      const long = only(await insert(storage, jobOf(['dQw4w9WgXcQ', 'jNQXAC9IVRw'])))
      const [first, second] = await claim(storage)
      assert.ok(first && second)
      await complete(storage, first, 'Fetched first, kept longest.')
      await advance(1_000)
      await endedJob(storage, {}, 'Fetched last.')
      await advance(HOUR_MS)
      await complete(storage, second)
      const before = only(await storage.findReusable([LOOKUP]))

      const count = await purge(storage, { olderThanMs: HOUR_MS })

      assert.equal(count, 1)
      assert.match(before?.data ?? '', /Fetched last/)
      assert.match(only(await storage.findReusable([LOOKUP]))?.data ?? '', /Fetched first/)
      assert.equal((await jobNow(storage, long)).status, 'completed')
    })
  })

  describe('after a purge', () => {
    it('a worker that still worked on a cancelled job writes nothing, and loses nothing else', async ({
      storage,
      advance,
    }) => {
      const [gone, kept] = await insert(storage, jobOf('aaaaaaaaaaa'), jobOf('bbbbbbbbbbb'))
      const claimed = await claim(storage, { leaseMs: 2 * HOUR_MS })
      const [late, own] = claimed
      assert.ok(gone && kept && late && own)
      await storage.cancelJob({ id: gone.id })
      await advance(HOUR_MS)
      await purge(storage)

      const leases = claimed.map(({ lease }) => lease)
      const renewed = await storage.renew({ worker: workerOf('a', { leaseMs: 2 * HOUR_MS }), leases })
      const [refused, accepted] = await Promise.all([complete(storage, late), complete(storage, own)])

      assert.deepEqual(renewed, [own.lease])
      assert.deepEqual(refused, { accepted: false })
      assert.equal(accepted.accepted, true)
      assert.equal((await jobNow(storage, kept)).status, 'completed')
    })

    it('no id of a transcript is given again, so that an old lease fits nothing', async ({ storage, advance }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const old = await claimOne(storage)
      await complete(storage, old)
      await advance(HOUR_MS)
      await purge(storage)

      await insert(storage, jobOf('dQw4w9WgXcQ'))
      const current = await claimOne(storage)

      assert.ok(current.lease.transcriptId > old.lease.transcriptId)
      assert.deepEqual(await complete(storage, old), { accepted: false })
      assert.equal((await complete(storage, current)).accepted, true)
    })

    it('a sender that still sends a replayed callback is heard: it has kept the job', async ({ storage, advance }) => {
      const job = await endedJob(storage, { callbackUrl: HOOK })
      await settled(storage, await claimDelivery(storage), DELIVERED)
      await storage.replayDelivery({ id: (await deliveryNow(storage, job.id)).id, jobId: job.id })
      const sending = await claimDelivery(storage)
      await advance(1_000)
      await purge(storage)

      const delivery = await settled(storage, sending, DELIVERED)

      assert.equal(delivery.status, 'delivered')
      assert.equal(await purge(storage), 1)
    })

    it('the gate that a deleted video closed lets another one probe', async ({ storage, advance }) => {
      const [first] = await insert(storage, jobOf('aaaaaaaaaaa'))
      await refuse(storage, await claimOne(storage), { error: errorOf('source_blocked'), final: true })
      await insert(storage, jobOf('bbbbbbbbbbb'))
      await advance(HOUR_MS)
      assert.equal(await purge(storage), 1)
      assert.equal(await storage.getJob({ id: first?.id ?? '' }), undefined)

      const probe = await claimOne(storage)
      await complete(storage, probe)

      assert.equal(probe.videoId, 'bbbbbbbbbbb')
      assert.equal((await gateNow(storage)).closedUntil, undefined)
    })
  })

  describe('a purge at the same time', () => {
    it('as another one deletes each of 60 jobs once', async ({ storage, another }) => {
      const other = await another()
      await storage.importJobs(Array.from({ length: 60 }, () => importedJobOf('dQw4w9WgXcQ', ENDED)))

      const counts = await Promise.all(
        Array.from({ length: 12 }, (_, turn) => purge(turn % 2 === 0 ? storage : other, { limit: 10 })),
      )
      // Each passes over what another one has locked.
      for (let count = -1; count !== 0; counts.push(count)) count = await purge(storage, { limit: 10 })

      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        60,
      )
      assert.deepEqual(await storage.listJobs({ limit: 10 }), { jobs: [] })
    })

    it('as 40 replays leaves each job with its pending callback, or has deleted it before', async ({
      storage,
      another,
    }) => {
      const other = await another()
      const jobIds = await endJobs(storage, ...urlsOf('receiver.test', 40))
      const { deliveries } = await claimDeliveries(storage)
      await Promise.all(deliveries.map((one) => settled(storage, one, DELIVERED)))

      const [replayed] = await Promise.all([
        Promise.all(deliveries.map(({ lease, jobId }) => storage.replayDelivery({ id: lease.deliveryId, jobId }))),
        Promise.all(Array.from({ length: 20 }, () => purge(other, { limit: 3 }))),
      ])

      for (const jobId of jobIds) {
        const answer = replayed[deliveries.findIndex((one) => one.jobId === jobId)]
        const kept = await storage.listDeliveries(jobId)
        assert.deepEqual(
          kept.map(({ status }) => status),
          answer ? ['pending'] : [],
          'a callback that was promised again is lost',
        )
        assert.equal((await storage.getJob({ id: jobId })) !== undefined, answer !== undefined)
      }
    })

    it('as 40 jobs end or are cancelled takes none before its end', async ({ storage, another }) => {
      const other = await another()
      const jobs = await insert(storage, ...Array.from({ length: 40 }, () => jobOf('dQw4w9WgXcQ')))
      const claimed = await claim(storage)

      const [ends] = await Promise.all([
        Promise.all(
          claimed.map(async (one, index) => {
            if (index % 4 === 0) return (await storage.cancelJob({ id: one.jobId }))?.changed
            if (index % 4 === 1) return (await fail(storage, one)).accepted
            return index % 4 === 2 ? (await release(storage, one)).accepted : (await complete(storage, one)).accepted
          }),
        ),
        Promise.all(Array.from({ length: 30 }, () => purge(other, { limit: 3 }))),
      ])

      assert.deepEqual(ends, Array<boolean>(40).fill(true))
      const left = await Promise.all(jobs.map(({ id }) => storage.getJob({ id })))
      const open = left.filter((job) => job && job.endedAt === undefined)
      assert.equal(open.length, 10)
      for (let count = -1; count !== 0;) count = await purge(storage)
      assert.equal((await storage.listJobs({ limit: 100 })).jobs.length, 10)
    })
  })
}

const LOOKUP = { source: 'fake', requestKey: requestKeyOf('dQw4w9WgXcQ', ANY_REQUEST), maxAgeMs: 1_000 * HOUR_MS }

const ENDED = { status: 'completed', states: [importedText('A text.')] } as const

const purge = (storage: TranscriptionStorage, { olderThanMs = 0, limit = 50 } = {}): Promise<number> =>
  storage.purgeJobs({ olderThanMs, limit })

/** A job of one video that has just completed. */
async function endedJob(storage: TranscriptionStorage, overrides: JobOverrides = {}, text?: string): Promise<Job> {
  const job = only(await insert(storage, jobOf('dQw4w9WgXcQ', overrides)))
  await complete(storage, await claimOne(storage), text)
  return jobNow(storage, job)
}
