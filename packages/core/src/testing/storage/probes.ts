import assert from 'node:assert/strict'
import { contentOf, errorOf, jobOf, videoIds, workerOf } from '../builders.ts'
import type { StorageHarness, StorageSuite } from '../storage-harness.ts'
import {
  claim,
  claimOne,
  claimVideos,
  complete,
  expire,
  fail,
  gateNow,
  insert,
  only,
  refuse,
  release,
  retry,
} from './steps.ts'

export function describeProbes({ describe, it }: StorageSuite): void {
  describe('the probe of a gate whose pause is over', () => {
    it('is one transcript, whatever a worker wants', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 5 })

      assert.equal((await claim(storage, { limit: 100 })).length, 1)
      assert.equal((await claim(storage, { limit: 100, worker: 'b' })).length, 0)
    })

    it('is one transcript, whatever 20 workers want at the same time', async (harness) => {
      const { storage, another } = harness
      const other = await another()
      await setAjar(harness, { waiting: 5 })

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          claim(index % 2 === 0 ? storage : other, { worker: `worker${index}`, limit: 10 }),
        ),
      )

      assert.equal(claims.flat().length, 1)
    })

    it('is not the one that closed the gate, while another is due', async (harness) => {
      const { storage } = harness
      const closer = await setAjar(harness, { waiting: 1 })

      const probe = await claimOne(storage)

      assert.notEqual(probe.lease.transcriptId, closer)
    })

    it('is the one that closed the gate, when no other is due', async (harness) => {
      const { storage } = harness
      const closer = await setAjar(harness, { waiting: 0 })

      assert.equal((await claimOne(storage)).lease.transcriptId, closer)
    })

    it('is the one that closed the gate for a worker whose jobs have no other', async ({ storage, advance }) => {
      const [job] = await insert(storage, jobOf('closer00000'), jobOf('other000000'))
      await refuse(storage, await claimOne(storage, { limit: 1 }))
      await advance(35_000)

      assert.deepEqual(await claimVideos(storage, { jobIds: [job?.id ?? ''] }), ['closer00000'])
    })

    it('keeps others waiting as long as its worker renews its lease', async (harness) => {
      const { storage, advance } = harness
      await setAjar(harness, { waiting: 2 })
      const { lease } = await claimOne(storage, { worker: 'a', leaseMs: 60_000 })
      await advance(50_000)
      await storage.renew({ worker: workerOf('a', { leaseMs: 60_000 }), leases: [lease] })
      await advance(50_000)

      assert.deepEqual(await claim(storage, { worker: 'b' }), [])
    })

    it('makes way for another when its lease has run out', async (harness) => {
      const { storage, advance } = harness
      await setAjar(harness, { waiting: 2 })
      const probe = await claimOne(storage, { leaseMs: 60_000 })
      await advance(70_000)

      const next = await claimOne(storage, { worker: 'b' })

      assert.notEqual(next.lease.transcriptId, probe.lease.transcriptId)
      assert.deepEqual((await expire(storage)).reclaimed, [probe.lease])
      assert.deepEqual(await claim(storage, { worker: 'c' }), [])
    })

    it('makes way for another when it is given back', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 2 })
      await release(storage, await claimOne(storage))

      assert.equal((await claim(storage)).length, 1)
    })

    it('makes way for another when its job is cancelled', async ({ storage, advance }) => {
      await insert(storage, jobOf('closer00000'), jobOf('probe000000'), jobOf('next0000000'))
      await refuse(storage, await claimOne(storage, { limit: 1 }))
      await advance(35_000)
      const probe = await claimOne(storage)

      await storage.cancelJob({ id: probe.jobId })

      assert.equal((await claimOne(storage)).videoId, 'next0000000')
    })

    it('opens the gate with its text', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 5 })

      const result = await complete(storage, await claimOne(storage))

      const gate = await gateNow(storage)
      assert.ok(result.accepted)
      assert.deepEqual(result.gate, gate)
      assert.equal(gate.closedUntil, undefined)
      assert.equal(gate.probe, undefined)
      assert.deepEqual([gate.closings, gate.openings], [0, 1])
      assert.equal((await claim(storage)).length, 5)
    })

    it('opens the gate with any answer of the source', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 3 })

      const result = await fail(storage, await claimOne(storage), { answered: true })

      assert.ok(result.accepted)
      assert.equal(result.gate?.openings, 1)
      assert.equal((await claim(storage)).length, 3)
    })

    it('opens the gate also with an answer that asks to come back later', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 3 })

      const later = { error: errorOf('live_upcoming'), afterMs: 60_000, countsAsFailure: false, answered: true }
      const result = await retry(storage, await claimOne(storage), later)

      assert.ok(result.accepted)
      assert.equal(result.gate?.openings, 1)
      assert.equal((await claim(storage)).length, 3)
    })

    it('leaves the gate ajar when it is put off without an answer', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 3 })

      const result = await retry(storage, await claimOne(storage), { afterMs: 60_000, answered: false })

      assert.ok(result.accepted)
      assert.equal(result.gate, undefined)
      assert.equal((await claim(storage)).length, 1)
    })

    it('leaves the gate ajar when it fails without an answer', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 3 })

      const result = await fail(storage, await claimOne(storage), { answered: false })

      assert.ok(result.accepted)
      assert.equal(result.gate, undefined)
      assert.equal((await claim(storage)).length, 1)
    })

    it('leaves the gate ajar when it takes a stored text: the source was not asked', async (harness) => {
      const { storage } = harness
      await setAjar(harness, { waiting: 3 })
      const { lease } = await claimOne(storage)
      const outcome = { type: 'completed', content: contentOf('Old.'), fetchedAt: new Date('2025-01-01') } as const

      const result = await storage.settle({ lease, outcome })

      assert.ok(result.accepted)
      assert.equal(result.gate, undefined)
      assert.equal((await claim(storage)).length, 1)
    })

    it('closes the gate for twice as long when it is refused', async (harness) => {
      const { storage, advance } = harness
      await setAjar(harness, { waiting: 3 })

      const result = await refuse(storage, await claimOne(storage))

      assert.ok(result.accepted)
      assert.equal(result.gate?.closings, 2)
      await advance(50_000)
      assert.deepEqual(await claim(storage), [])
      await advance(15_000)
      assert.equal((await claim(storage)).length, 1)
    })

    it('closes the gate for five minutes at most, however often', async (harness) => {
      const { storage, advance } = harness
      await setAjar(harness, { waiting: 1 })
      for (let closing = 2; closing <= 7; closing += 1) {
        await refuse(storage, await claimOne(storage))
        await advance(310_000)
      }

      assert.equal((await claim(storage)).length, 1)
      assert.equal((await gateNow(storage)).closings, 7)
    })

    it('lets the first pause be short again after the gate was open', async (harness) => {
      const { storage, advance } = harness
      await setAjar(harness, { waiting: 3 })
      await complete(storage, await claimOne(storage))
      await refuse(storage, only(await claim(storage, { limit: 1 })))

      await advance(35_000)

      assert.equal((await claim(storage)).length, 1)
    })
  })
}

/**
 * A gate whose first pause is over, with so many transcripts behind it besides the one that closed it.
 *
 * @returns the id of that one.
 */
async function setAjar(
  { storage, advance }: Pick<StorageHarness, 'storage' | 'advance'>,
  { waiting }: { readonly waiting: number },
): Promise<number> {
  await insert(storage, ...videoIds(waiting + 1).map((videoId) => jobOf(videoId)))
  const closer = await claimOne(storage, { limit: 1 })
  await refuse(storage, closer)
  await advance(35_000)
  return closer.lease.transcriptId
}
