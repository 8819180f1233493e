import assert from 'node:assert/strict'
import { DEFAULT_GATE_POLICY, gateStateAt } from '../../gate.ts'
import { errorOf, jobOf, videoIds } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import {
  claim,
  claimOne,
  claimVideos,
  complete,
  gateNow,
  insert,
  jobNow,
  only,
  refuse,
  transcriptNow,
} from './steps.ts'

export function describeGates({ describe, it }: StorageSuite): void {
  describe('the gate of a source', () => {
    it('is open from the first job on', async ({ storage }) => {
      assert.deepEqual(await storage.listGates(), [])

      await insert(storage, jobOf('dQw4w9WgXcQ', { source: 'fake', gateKey: 'fake/translations' }))

      const gate = only(await storage.listGates())
      assert.deepEqual(
        { key: gate.key, source: gate.source, closings: gate.closings, openings: gate.openings },
        { key: 'fake/translations', source: 'fake', closings: 0, openings: 0 },
      )
      assert.equal(gateStateAt(gate, Date.now()), 'open')
    })

    it('closes when the source refuses us: nothing passes for the whole pause', async ({ storage, advance }) => {
      await insert(storage, jobOf(videoIds(2)))

      const result = await refuse(storage, await claimOne(storage, { limit: 1 }))

      assert.ok(result.accepted)
      assert.deepEqual(result.gate, await gateNow(storage))
      assert.equal(result.gate?.closings, 1)
      assert.deepEqual(await claim(storage), [])
      await advance(20_000)
      assert.deepEqual(await claim(storage), [])
      await advance(15_000)
      assert.equal((await claim(storage)).length, 1)
    })

    it('stays closed as long as the source asks for, where that is longer', async ({ storage, advance }) => {
      await insert(storage, jobOf(videoIds(2)))

      await refuse(storage, await claimOne(storage, { limit: 1 }), { retryAfterMs: 600_000 })

      await advance(580_000)
      assert.deepEqual(await claim(storage), [])
      await advance(30_000)
      assert.equal((await claim(storage)).length, 1)
    })

    it('keeps the refused transcript waiting, with its error and no failure', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const error = errorOf('source_rate_limited', 'Too many requests.')

      const result = await refuse(storage, await claimOne(storage), { error })

      assert.ok(result.accepted)
      assert.equal(result.status, 'pending')
      const transcript = await transcriptNow(storage, job)
      assert.equal(transcript.status, 'pending')
      assert.equal(transcript.failures, 0)
      assert.deepEqual(transcript.error, error)
    })

    it('fails the refused transcript whose job ends before it opens, and is closed all the same', async ({
      storage,
    }) => {
      const job = only(
        await insert(storage, jobOf(['dQw4w9WgXcQ', 'dQw4w9WgXcQ'], { callbackUrl: 'https://receiver.test/' })),
      )
      await insert(storage, jobOf('jNQXAC9IVRw'))
      const error = errorOf('source_rate_limited', 'Too many requests.')

      const result = await refuse(storage, await claimOne(storage, { limit: 1 }), { error, final: true })

      assert.ok(result.accepted)
      assert.equal(result.status, 'failed')
      assert.equal(result.endedJob?.status, 'failed')
      assert.deepEqual(result.gate, await gateNow(storage))
      assert.equal(result.gate?.closings, 1)
      assert.deepEqual((await transcriptNow(storage, job)).error, error)
      assert.equal((await transcriptNow(storage, job, { position: 1 })).status, 'failed')
      assert.equal((await storage.listDeliveries(job.id)).length, 1)
      assert.deepEqual(await claim(storage), [])
    })

    it('fails it too where another has closed it before', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      const [first, second] = await claim(storage)
      assert.ok(first && second)
      await refuse(storage, first)

      const result = await refuse(storage, second, { final: true })

      assert.ok(result.accepted)
      assert.equal(result.status, 'failed')
      assert.equal(result.gate, undefined)
      assert.equal((await gateNow(storage)).closings, 1)
      assert.equal((await transcriptNow(storage, job)).status, 'pending')
    })

    it('leaves the other gates of its source open', async ({ storage }) => {
      await insert(
        storage,
        jobOf('aaaaaaaaaaa', { gateKey: 'fake/translations' }),
        jobOf('bbbbbbbbbbb', { gateKey: 'fake/translations' }),
        jobOf('ccccccccccc', { gateKey: 'fake/originals' }),
      )

      await refuse(storage, await claimOne(storage, { limit: 1 }))

      assert.deepEqual(await claimVideos(storage), ['ccccccccccc'])
    })

    it('is closed for workers of some jobs as for all others', async ({ storage }) => {
      const jobs = await insert(
        storage,
        jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { gateKey: 'fake/translations' }),
        jobOf('ccccccccccc', { gateKey: 'fake/originals' }),
      )

      await refuse(storage, await claimOne(storage, { limit: 1 }))

      assert.deepEqual(await claimVideos(storage, { jobIds: jobs.map(({ id }) => id) }), ['ccccccccccc'])
    })

    it('leaves other sources open', async ({ storage }) => {
      await insert(storage, jobOf('aaaaaaaaaaa', { source: 'fake' }), jobOf('bbbbbbbbbbb', { source: 'other' }))

      await refuse(storage, await claimOne(storage))

      assert.deepEqual(await claimVideos(storage, { source: 'other' }), ['bbbbbbbbbbb'])
    })

    it('counts the refusals of all who were on their way as one', async ({ storage, advance }) => {
      await insert(storage, jobOf(videoIds(5)))
      const results = []
      for (const claimed of await claim(storage)) results.push(await refuse(storage, claimed))

      const gates = results.map((result) => result.accepted && result.gate)

      assert.deepEqual(gates.map(Boolean), [true, false, false, false, false])
      assert.equal((await gateNow(storage)).closings, 1)
      await advance(35_000)
      assert.equal((await claim(storage)).length, 1)
    })

    it('is closed once by 20 refusals that come in at the same time', async ({ storage, another }) => {
      const other = await another()
      await insert(storage, jobOf(videoIds(20)))
      const claimed = await claim(storage)

      const results = await Promise.all(claimed.map((one, index) => refuse(index % 2 === 0 ? storage : other, one)))

      assert.equal(results.filter((result) => result.accepted && result.gate).length, 1)
      assert.equal((await gateNow(storage)).closings, 1)
    })

    it('stays closed longer when one of those was asked to stay away for longer', async ({ storage, advance }) => {
      await insert(storage, jobOf(videoIds(2)))
      const [first, second] = await claim(storage)
      assert.ok(first && second)

      await refuse(storage, first)
      await refuse(storage, second, { retryAfterMs: 120_000 })

      await advance(100_000)
      assert.deepEqual(await claim(storage), [])
      await advance(30_000)
      assert.equal((await claim(storage)).length, 1)
    })

    it('does not open for those who were on their way when it closed', async ({ storage }) => {
      await insert(storage, jobOf(videoIds(3)))
      const [first, second] = await claim(storage, { limit: 2 })
      assert.ok(first && second)
      await refuse(storage, first)

      const result = await complete(storage, second)

      assert.ok(result.accepted)
      assert.equal(result.gate, undefined)
      assert.deepEqual(await claim(storage), [])
    })
  })

  describe('a video that closes the gate again and again', () => {
    it('fails when others passed in between each time', async ({ storage, advance }) => {
      const culprit = only(await insert(storage, jobOf('culprit0000', { callbackUrl: 'https://receiver.test/' })))
      const error = errorOf('source_blocked', 'It wants no robots.')
      const policy = { ...DEFAULT_GATE_POLICY, maxClosings: 3 }
      const statuses = []
      for (let closing = 1; closing <= 3; closing += 1) {
        const result = await refuse(storage, await claimOne(storage), { error, policy })
        statuses.push(result.accepted && result.status)
        assert.ok(result.accepted && result.gate, 'it closes the gate all the same')
        await advance(35_000)
        if (closing === 3) break
        await insert(storage, jobOf('innocent000'))
        await complete(storage, await claimOne(storage))
      }

      assert.deepEqual(statuses, ['pending', 'pending', 'failed'])
      assert.deepEqual((await transcriptNow(storage, culprit)).error, error)
      assert.equal((await jobNow(storage, culprit)).status, 'failed')
      assert.equal((await storage.listDeliveries(culprit.id)).length, 1)
    })

    it('does not fail as long as nobody else passes either', async ({ storage, advance }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      for (let closing = 1; closing <= 6; closing += 1) {
        await refuse(storage, await claimOne(storage))
        await advance(400_000)
      }

      assert.equal((await transcriptNow(storage, job)).status, 'pending')
      assert.equal((await gateNow(storage)).closings, 6)
    })

    it('is not blamed for a refusal that only met the gate closed', async ({ storage, advance }) => {
      const policy = { ...DEFAULT_GATE_POLICY, maxClosings: 2 }
      const job = only(await insert(storage, jobOf(['culprit0000', 'bystander00'])))
      for (const claimed of await claim(storage)) await refuse(storage, claimed, { policy })
      await advance(35_000)
      const innocent = only(await insert(storage, jobOf('innocent000')))
      await complete(storage, await claimOne(storage, { jobIds: [innocent.id] }))
      const claimed = await claim(storage)

      const bystander = only(claimed.filter(({ videoId }) => videoId === 'bystander00'))
      const result = await refuse(storage, bystander, { policy })

      assert.ok(result.accepted && result.gate)
      assert.equal((await transcriptNow(storage, job, { position: 1 })).status, 'pending')
    })

    it('is not every video that met the gate when another had closed it', async ({ storage }) => {
      await insert(storage, jobOf(['culprit0000', 'bystander00']))
      const [culprit, bystander] = await claim(storage)
      assert.ok(culprit && bystander)
      const policy = { ...DEFAULT_GATE_POLICY, maxClosings: 1 }

      const results = [await refuse(storage, culprit, { policy }), await refuse(storage, bystander, { policy })]

      assert.deepEqual(
        results.map((result) => result.accepted && result.status),
        ['failed', 'pending'],
      )
    })
  })
}
