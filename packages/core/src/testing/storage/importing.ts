import assert from 'node:assert/strict'
import type { ImportedJob, ImportedState } from '../../imported-job.ts'
import type { ErrorCode } from '../../errors.ts'
import { decodeSegments } from '../../transcript-data.ts'
import { requestKeyOf } from '../../transcript-request.ts'
import { ANY_REQUEST, contentOf, errorOf, importedJobOf, importedText, jobOf, videoIds } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claimDeliveries } from './delivery-steps.ts'
import { claim, claimOne, claimVideos, complete, expire, insert, jobNow, only, transcriptNow } from './steps.ts'

const HOOK = 'https://receiver.test/hook'
const CANCELLED: ImportedState = { type: 'cancelled' }
const PENDING: ImportedState = { type: 'pending' }

export function describeImporting({ describe, it }: StorageSuite): void {
  describe('an imported job that has ended', () => {
    it('is as it was: its status, its moments, its texts and its errors', async ({ storage }) => {
      const text = importedText('A text.', { language: 'de', kind: 'generated', metadata: { title: 'A title' } })
      const job = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], {
        owner: 'ada',
        status: 'completed',
        states: [text, failed('video_private')],
      })

      assert.deepEqual(await storage.importJobs([job]), [true])

      const { id, createdAt, updatedAt } = job
      const stored = await jobNow(storage, job)
      assert.deepEqual(await storage.getJob({ id, owner: 'ada' }), stored)
      assert.equal(stored.status, 'completed')
      assert.deepEqual(stored.counts, { total: 2, completed: 1, failed: 1, cancelled: 0 })
      assert.equal(stored.dataBytes, contentOf('A text.').data.length)
      assert.deepEqual([stored.createdAt, stored.updatedAt, stored.endedAt], [createdAt, updatedAt, updatedAt])
      assert.equal(stored.usedMs, 0)

      const first = await transcriptNow(storage, job)
      assert.equal(first.status, 'completed')
      assert.deepEqual([first.createdAt, first.updatedAt], [createdAt, updatedAt])
      assert.equal(first.data, contentOf('A text.').data)
      assert.deepEqual(first.result, {
        language: 'de',
        kind: 'generated',
        metadata: { title: 'A title' },
        fetchedAt: new Date('2024-03-01T12:04:00.789Z'),
      })
      const second = await transcriptNow(storage, job, { position: 1 })
      assert.equal(second.status, 'failed')
      assert.deepEqual(second.error, errorOf('video_private'))
    })

    it('has its place among the others by its creation', async ({ storage }) => {
      const [own] = await insert(storage, jobOf('dQw4w9WgXcQ'))
      const older = importedJobOf('dQw4w9WgXcQ', { createdAt: new Date('2023-01-01'), ...ENDED })
      const newer = importedJobOf('dQw4w9WgXcQ', { createdAt: new Date('2023-01-02'), ...ENDED })

      await storage.importJobs([newer, older])

      const first = await storage.listJobs({ limit: 2 })
      const second = await storage.listJobs({ limit: 2, ...(first.next && { after: first.next }) })
      assert.deepEqual(
        [...first.jobs, ...second.jobs].map(({ id }) => id),
        [own?.id, newer.id, older.id],
      )
      const completed = await storage.listJobs({ limit: 5, status: 'completed' })
      assert.deepEqual(
        completed.jobs.map(({ id }) => id),
        [newer.id, older.id],
      )
    })

    it('says why it failed: by its own error, or by that of its first video', async ({ storage }) => {
      const states = [failed('video_private'), failed('age_restricted')]
      const error = { code: 'internal', message: 'What the old service said.' } as const
      const own = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { status: 'failed', states, error })
      const none = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { status: 'failed', states })

      await storage.importJobs([own, none])

      assert.deepEqual((await jobNow(storage, own)).error, error)
      const found = (await jobNow(storage, none)).error
      assert.equal(found?.code, 'video_private')
      assert.match(found?.message ?? '', /2 videos/)
    })

    it('sends no callback, and has nothing to claim', async ({ storage }) => {
      const jobs = [
        importedJobOf('dQw4w9WgXcQ', { callbackUrl: HOOK, ...ENDED }),
        importedJobOf('dQw4w9WgXcQ', { callbackUrl: HOOK, status: 'cancelled', states: [CANCELLED] }),
      ]

      await storage.importJobs(jobs)

      for (const job of jobs) assert.deepEqual(await storage.listDeliveries(job.id), [])
      assert.deepEqual(await claimDeliveries(storage), { deliveries: [] })
      assert.deepEqual(await claim(storage), [])
      assert.equal((await jobNow(storage, only(jobs.slice(0, 1)))).callbackUrl, HOOK)
    })

    it('never changes again: neither by a cancel nor by an expiry', async ({ storage, advance }) => {
      const job = importedJobOf('dQw4w9WgXcQ', { maxAgeMs: 1_000, ...ENDED })
      await storage.importJobs([job])
      const before = await jobNow(storage, job)
      await advance(60_000)

      const cancelled = await storage.cancelJob({ id: job.id })
      const expired = await expire(storage)

      assert.equal(cancelled?.changed, false)
      assert.deepEqual(expired, { reclaimed: [], failed: [], endedJobs: [] })
      assert.deepEqual(await jobNow(storage, job), before)
    })

    it('gives its texts to be used again', async ({ storage }) => {
      const { createdAt } = only(await insert(storage, jobOf('jNQXAC9IVRw')))
      const fetchedAt = new Date(createdAt.getTime() - 60_000)
      const states: ImportedState[] = [{ type: 'completed', content: contentOf('An old text.'), fetchedAt }]
      await storage.importJobs([importedJobOf('dQw4w9WgXcQ', { owner: 'ada', status: 'completed', states })])
      const lookup = { source: 'fake', requestKey: requestKeyOf('dQw4w9WgXcQ', ANY_REQUEST), maxAgeMs: 3_600_000 }

      const found = await storage.findReusable([
        { ...lookup, owner: 'ada' },
        { ...lookup, owner: 'bob' },
        lookup,
        { ...lookup, maxAgeMs: 1_000 },
      ])

      const text = contentOf('An old text.').data
      assert.deepEqual(
        found.map((one) => one?.data),
        [text, undefined, text, undefined],
      )
    })
  })

  describe('an imported job that has not ended', () => {
    it('is due at once, and ranked as if it had been submitted now', async ({ storage, advance }) => {
      await insert(storage, jobOf('before00000'))
      await advance(100)
      await storage.importJobs([importedJobOf(['first000000', 'second00000'])])
      await advance(1_000)
      await insert(storage, jobOf('after000000'))

      assert.deepEqual(await claimVideos(storage), ['before00000', 'first000000', 'after000000', 'second00000'])
    })

    // In SQL the last of them once came first.
    it('is claimed before those that stand behind it in the import', async ({ storage }) => {
      await storage.importJobs([
        importedJobOf('first000000'),
        importedJobOf('second00000'),
        importedJobOf('third000000'),
      ])

      assert.deepEqual(await claimVideos(storage), ['first000000', 'second00000', 'third000000'])
    })

    it('goes on where it stood: what was done is not done again', async ({ storage }) => {
      const states = [importedText('Done elsewhere.'), PENDING, failed('video_private')]
      const videos = ['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc']
      const job = importedJobOf(videos, { status: 'processing', callbackUrl: HOOK, states })
      await storage.importJobs([job])
      assert.equal((await jobNow(storage, job)).status, 'processing')

      const claimed = await claimOne(storage)
      assert.deepEqual(claimed.lease.attempt, 1)
      assert.equal(claimed.videoId, 'bbbbbbbbbbb')
      await complete(storage, claimed, 'Done here.')

      const { status, counts, dataBytes, endedAt } = await jobNow(storage, job)
      assert.equal(status, 'completed')
      assert.deepEqual(counts, { total: 3, completed: 2, failed: 1, cancelled: 0 })
      assert.equal(dataBytes, contentOf('Done elsewhere.').data.length + contentOf('Done here.').data.length)
      assert.ok(endedAt && endedAt > job.updatedAt)
      assert.equal(only(await storage.listDeliveries(job.id)).type, 'job.completed')
    })

    it('becomes processing with its first claim', async ({ storage }) => {
      const job = importedJobOf('dQw4w9WgXcQ')
      await storage.importJobs([job])

      const { startedJobs } = await storage.claim({
        source: 'fake',
        worker: { id: 'a', name: 'a', leaseMs: 1_000 },
        limit: 1,
        maxCrashes: 3,
      })

      assert.deepEqual(startedJobs, [job.id])
      assert.equal((await jobNow(storage, job)).status, 'processing')
    })

    it('ends with a cancelled video as cancelled', async ({ storage }) => {
      const job = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { states: [CANCELLED, PENDING] })
      await storage.importJobs([job])

      await complete(storage, await claimOne(storage))

      assert.equal((await jobNow(storage, job)).status, 'cancelled')
    })

    it('has its deadline from its import', async ({ storage, advance }) => {
      const job = importedJobOf('dQw4w9WgXcQ', { maxAgeMs: 60_000 })
      await storage.importJobs([job])
      assert.deepEqual((await expire(storage)).failed, [])

      await advance(60_000)
      await expire(storage)

      assert.equal((await transcriptNow(storage, job)).error?.code, 'deadline_exceeded')
      assert.equal((await jobNow(storage, job)).status, 'failed')
    })

    // SQL once counted from its creation elsewhere: "did not end within 80000000 s".
    it('is told by which moment it had to end', async ({ storage, advance }) => {
      const job = importedJobOf('dQw4w9WgXcQ', { maxAgeMs: 60_000 })
      await storage.importJobs([job])
      const { deadlineAt } = await jobNow(storage, job)
      await advance(60_000)

      await expire(storage)

      const { error } = await transcriptNow(storage, job)
      assert.equal(error?.message, `The job had not ended by ${deadlineAt.toISOString()}.`)
    })

    it('can be cancelled', async ({ storage }) => {
      const job = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { states: [importedText('A text.'), PENDING] })
      await storage.importJobs([job])

      const cancelled = await storage.cancelJob({ id: job.id })

      assert.equal(cancelled?.changed, true)
      assert.deepEqual(cancelled.job.counts, { total: 2, completed: 1, failed: 0, cancelled: 1 })
      assert.deepEqual(await claim(storage), [])
    })

    it('ends by its very import when it has nothing left to do, with its delivery', async ({ storage }) => {
      const before = only(await insert(storage, jobOf('dQw4w9WgXcQ'))).createdAt
      const jobs = [
        importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { states: [importedText('A text.'), failed('video_private')] }),
        importedJobOf('dQw4w9WgXcQ', { states: [failed('video_private', 'It is private.')], status: 'processing' }),
        importedJobOf('dQw4w9WgXcQ', { states: [CANCELLED] }),
      ].map((job) => ({ ...job, callbackUrl: HOOK }))

      await storage.importJobs(jobs)

      const ended = await Promise.all(jobs.map((job) => jobNow(storage, job)))
      assert.deepEqual(
        ended.map(({ status }) => status),
        ['completed', 'failed', 'cancelled'],
      )
      assert.deepEqual(
        ended.map(({ error }) => error),
        [undefined, { code: 'video_private', message: 'It is private.' }, undefined],
      )
      assert.ok(ended.every(({ endedAt }) => endedAt && endedAt >= before))
      const deliveries = await Promise.all(jobs.map(async ({ id }) => only(await storage.listDeliveries(id))))
      assert.deepEqual(
        deliveries.map(({ type, status, nextAttemptAt }) => [type, status, nextAttemptAt]),
        ended.map(({ status, endedAt }) => [`job.${status}`, 'pending', endedAt]),
      )
      assert.equal((await claimDeliveries(storage)).deliveries.length, 3)
    })
  })

  describe('videos that an imported job names twice', () => {
    it('end together where both were pending', async ({ storage }) => {
      const job = importedJobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'])
      await storage.importJobs([job])

      await complete(storage, await claimOne(storage))

      const { status, counts } = await jobNow(storage, job)
      assert.equal(status, 'completed')
      assert.equal(counts.completed, 2)
    })

    it('show the one text of both', async ({ storage }) => {
      const states = [importedText('A text.'), importedText('A text.')]
      const job = importedJobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa'], { status: 'completed', states })

      await storage.importJobs([job])

      const transcripts = await storage.listTranscripts({ jobId: job.id, withData: true })
      const { data } = contentOf('A text.')
      assert.deepEqual(
        transcripts.map((transcript) => [transcript.duplicateOf, transcript.data]),
        [
          [undefined, data],
          [0, data],
        ],
      )
      assert.equal((await jobNow(storage, job)).dataBytes, 2 * data.length)
    })

    it('stand each for itself where they had come to different ends', async ({ storage }) => {
      const videos = ['aaaaaaaaaaa', 'aaaaaaaaaaa']
      const texts = [importedText('One text.'), importedText('Another text.')]
      const different = importedJobOf(videos, { status: 'completed', states: texts })
      const halfDone = importedJobOf(videos, { states: [importedText('A text.'), PENDING] })

      await storage.importJobs([different, halfDone])
      await complete(storage, await claimOne(storage), 'The second text.')

      const textOf = async (job: ImportedJob, position: number) =>
        decodeSegments((await transcriptNow(storage, job, { position })).data ?? '')[0]?.text
      assert.deepEqual([await textOf(different, 0), await textOf(different, 1)], ['One text.', 'Another text.'])
      assert.deepEqual([await textOf(halfDone, 0), await textOf(halfDone, 1)], ['A text.', 'The second text.'])
      assert.equal((await jobNow(storage, halfDone)).status, 'completed')
    })
  })

  describe('an import', () => {
    it('leaves alone what is there already, so that it can be repeated', async ({ storage }) => {
      const job = importedJobOf('dQw4w9WgXcQ')
      await storage.importJobs([job])
      await complete(storage, await claimOne(storage), 'Done since.')
      const before = await jobNow(storage, job)
      const own = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const other = importedJobOf('dQw4w9WgXcQ', ENDED)

      const results = await storage.importJobs([
        { ...job, owner: 'somebody else' },
        other,
        importedJobOf('jNQXAC9IVRw', { id: own.id }),
        { ...other, owner: 'somebody else' },
      ])

      assert.deepEqual(results, [false, true, false, false])
      assert.deepEqual(await jobNow(storage, job), before)
      assert.deepEqual(await jobNow(storage, own), own)
      assert.equal((await storage.listTranscripts({ jobId: job.id })).length, 1)
      assert.equal((await jobNow(storage, other)).owner, 'default')
    })

    for (const [what, unusable] of Object.entries(UNUSABLE)) {
      it(`that holds ${what} says so, and stores nothing`, async ({ storage }) => {
        const job = importedJobOf('dQw4w9WgXcQ')

        await assert.rejects(storage.importJobs([job, unusable()]), TypeError)

        assert.equal(await storage.getJob({ id: job.id }), undefined)
        assert.deepEqual(await claim(storage), [])
      })
    }

    it('replaces characters that not every database can store, and stores everything', async ({ storage }) => {
      const states = [
        { type: 'completed', content: { ...contentOf('A text.'), language: 'e\u0000n' }, fetchedAt: new Date() },
        failed('video_private', 'It is \u0000 private.'),
      ] as const
      const job = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { owner: 'a\u0000da', status: 'failed', states })
      const error = { code: 'internal', message: 'Zero: \u0000' } as const
      const other = importedJobOf('dQw4w9WgXcQ', ENDED)

      assert.deepEqual(await storage.importJobs([{ ...job, error }, other]), [true, true])

      const { owner, error: stored } = await jobNow(storage, job)
      assert.equal(owner, 'a\ufffdda')
      assert.equal(stored?.message, 'Zero: \ufffd')
      assert.equal((await transcriptNow(storage, job)).result?.language, 'e\ufffdn')
      assert.equal((await transcriptNow(storage, job, { position: 1 })).error?.message, 'It is \ufffd private.')
    })

    it('may hold hundreds of jobs', async ({ storage }) => {
      const jobs = Array.from({ length: 700 }, (_, index) =>
        index % 2 === 0 ? importedJobOf(videoIds(3)) : importedJobOf('dQw4w9WgXcQ', ENDED),
      )

      const results = await storage.importJobs(jobs)

      assert.equal(results.filter(Boolean).length, 700)
      assert.equal((await claim(storage, { limit: 2_000 })).length, 1_050)
      assert.equal((await storage.listJobs({ limit: 1_000 })).jobs.length, 700)
      assert.deepEqual(await storage.importJobs([]), [])
    })

    it('through two handles at the same time stores each of 60 jobs once', async ({ storage, another }) => {
      const other = await another()
      const jobs = Array.from({ length: 60 }, () => importedJobOf('dQw4w9WgXcQ'))
      const backwards = jobs.toReversed()

      const [ones, others] = await Promise.all([storage.importJobs(jobs), other.importJobs(backwards)])

      const byJob = jobs.map((_, index) => [ones[index], others[jobs.length - 1 - index]])
      assert.ok(byJob.every((stored) => stored.filter(Boolean).length === 1))
      assert.equal((await claim(storage)).length, 60)
    })
  })
}

const failed = (code: ErrorCode, message?: string): ImportedState => ({ type: 'failed', error: errorOf(code, message) })

const ENDED = { status: 'completed', states: [importedText('A text.')] } as const

/** What cannot be stored, or would never end. */
const UNUSABLE: Readonly<Record<string, () => ImportedJob>> = {
  'a job that has ended with a video that has not': () => importedJobOf('dQw4w9WgXcQ', { status: 'completed' }),
  'a callback URL that is none': () => importedJobOf('dQw4w9WgXcQ', { callbackUrl: 'nowhere' }),
  'a moment that is none': () => importedJobOf('dQw4w9WgXcQ', { createdAt: new Date(NaN) }),
  'a duplicate without its original': () => {
    const { transcripts, ...job } = importedJobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])
    return { ...job, transcripts: transcripts.map((transcript) => ({ ...transcript, duplicateOf: 1 })) }
  },
}
