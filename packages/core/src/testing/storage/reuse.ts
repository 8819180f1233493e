import assert from 'node:assert/strict'
import type { Job } from '../../job.ts'
import type { NewJob } from '../../new-job.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import { requestKeyOf } from '../../transcript-request.ts'
import { ANY_REQUEST, contentOf, jobOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claimOne, complete, fail, insert, only, transcriptNow } from './steps.ts'

const DAY_MS = 24 * 3_600_000
const requestKey = requestKeyOf('dQw4w9WgXcQ', ANY_REQUEST)
const lookup = { source: 'fake', requestKey, maxAgeMs: 30 * DAY_MS }

export function describeReuse({ describe, it }: StorageSuite): void {
  describe('a stored transcript that may be used again', () => {
    it('is found by its source and request, with its text', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const content = contentOf('Never gonna give you up.', { language: 'en-GB', metadata: { title: 'A song' } })
      await settleText(storage, { content })

      const found = only(await storage.findReusable([lookup]))

      const { result, data } = await transcriptNow(storage, job)
      assert.deepEqual(found, { ...result, data })
      assert.equal(found?.data, content.data)
    })

    it('is looked up for many videos at once, in their order', async ({ storage }) => {
      for (const videoId of ['aaaaaaaaaaa', 'bbbbbbbbbbb']) {
        await insert(storage, jobOf(videoId))
        await complete(storage, await claimOne(storage), `Text of ${videoId}.`)
      }
      const lookups = ['bbbbbbbbbbb', 'unknown0000', 'aaaaaaaaaaa', 'bbbbbbbbbbb'].map((videoId) => ({
        ...lookup,
        requestKey: requestKeyOf(videoId, ANY_REQUEST),
      }))

      const found = await storage.findReusable(lookups)

      assert.deepEqual(
        found.map((transcript) => transcript?.data),
        [
          contentOf('Text of bbbbbbbbbbb.').data,
          undefined,
          contentOf('Text of aaaaaaaaaaa.').data,
          contentOf('Text of bbbbbbbbbbb.').data,
        ],
      )
      assert.deepEqual(await storage.findReusable([]), [])
    })

    it('is of the same source and of the same request', async ({ storage }) => {
      await storeText(storage, jobOf('dQw4w9WgXcQ'))
      const german = requestKeyOf('dQw4w9WgXcQ', { languages: ['de'], kind: 'any' })

      const found = await storage.findReusable([
        { ...lookup, source: 'other' },
        { ...lookup, requestKey: german },
      ])

      assert.deepEqual(found, [undefined, undefined])
    })

    it('is of one owner where only theirs is wanted', async ({ storage }) => {
      await storeText(storage, jobOf('dQw4w9WgXcQ', { owner: 'ada' }))

      const [ofAda, ofBob, ofAnybody] = await storage.findReusable([
        { ...lookup, owner: 'ada' },
        { ...lookup, owner: 'bob' },
        lookup,
      ])

      assert.ok(ofAda)
      assert.equal(ofBob, undefined)
      assert.deepEqual(ofAnybody, ofAda)
    })

    it('is not older than wanted', async ({ storage, advance }) => {
      await storeText(storage, jobOf('dQw4w9WgXcQ'))
      await advance(10 * DAY_MS)

      const [young, old] = await storage.findReusable([
        { ...lookup, maxAgeMs: 9 * DAY_MS },
        { ...lookup, maxAgeMs: 11 * DAY_MS },
      ])

      assert.equal(young, undefined)
      assert.ok(old)
    })

    it('is the youngest', async ({ storage, advance }) => {
      await storeText(storage, jobOf('dQw4w9WgXcQ'), 'Old.')
      await advance(DAY_MS)
      await storeText(storage, jobOf('dQw4w9WgXcQ'), 'Young.')

      assert.equal(only(await storage.findReusable([lookup]))?.data, contentOf('Young.').data)
    })

    it('stays as old as its text when it is copied', async ({ storage, advance }) => {
      await storeText(storage, jobOf('dQw4w9WgXcQ'), 'Old.')
      await advance(20 * DAY_MS)
      const stored = only(await storage.findReusable([lookup]))
      assert.ok(stored)
      const { fetchedAt, ...content } = stored

      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      await settleText(storage, { content, fetchedAt })

      assert.deepEqual((await transcriptNow(storage, job)).result?.fetchedAt, fetchedAt)
      await advance(11 * DAY_MS)
      assert.deepEqual(await storage.findReusable([lookup]), [undefined])
    })

    it('is never a failure', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await fail(storage, await claimOne(storage))

      assert.deepEqual(await storage.findReusable([lookup]), [undefined])
    })

    it('is completed', async ({ storage }) => {
      await insert(storage, jobOf('dQw4w9WgXcQ'))
      await claimOne(storage)

      assert.deepEqual(await storage.findReusable([lookup]), [undefined])
    })

    it('may be of a job that was cancelled afterwards', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['dQw4w9WgXcQ', 'jNQXAC9IVRw'])))
      await complete(storage, await claimOne(storage, { limit: 1 }))

      await storage.cancelJob({ id: job.id })

      assert.ok(only(await storage.findReusable([lookup])))
    })
  })
}

async function storeText(storage: TranscriptionStorage, job: NewJob, text = 'A text.'): Promise<Job> {
  const stored = only(await insert(storage, job))
  await complete(storage, await claimOne(storage), text)
  return stored
}

async function settleText(
  storage: TranscriptionStorage,
  { content, fetchedAt }: { content: ReturnType<typeof contentOf>; fetchedAt?: Date },
): Promise<void> {
  const { lease } = await claimOne(storage)
  const outcome = { type: 'completed', content, ...(fetchedAt && { fetchedAt }) } as const
  assert.equal((await storage.settle({ lease, outcome })).accepted, true)
}
