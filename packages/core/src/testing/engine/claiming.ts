// When a worker looks for work, and how much of it it takes.
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { TranscriptionStorage } from '../../storage.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { fetchedOf } from '../builders.ts'
import { failing, fakeSource, hanging } from '../fake-source.ts'
import { deafQueue } from './deaf-queue.ts'
import { submit, transcriptsOf, withEngine } from './engine.ts'
import { replacing } from './replacing.ts'

export function describeClaiming({ describe, it }: StorageSuite): void {
  describe('claiming work', () => {
    it('works only on the jobs that it was told', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const other = await submit(engine, 'jNQXAC9IVRw')
        const mine = await submit(engine, 'dQw4w9WgXcQ')
        engine.startWorker({ jobIds: [mine.id] })

        await engine.ended(mine)
        await engine.pass(5_000)

        assert.equal((await engine.service.get(other.id)).status, 'pending')
        assert.deepEqual(engine.source.fetched, ['dQw4w9WgXcQ'])
      }))

    it('finds work within a reconcile interval when every hint is lost', (harness) =>
      withEngine(harness, { queue: deafQueue }, async (engine) => {
        engine.startWorker({ reconcileMs: 3_000 })
        await engine.pass(1_000)

        const job = await submit(engine, 'dQw4w9WgXcQ')

        assert.equal((await engine.ended(job, { withinMs: 4_000 })).status, 'completed')
      }))

    it('looks again soon where another claim has locked what is due, and may leave it', (harness) => {
      // More often than a worker looks at its start.
      let locked = 4
      const storage = claimingBy(harness.storage, async (options) => {
        if (locked === 0) return harness.storage.claim(options)
        locked -= 1
        return { transcripts: [], startedJobs: [], suspectDue: false, contended: true }
      })
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')

        engine.startWorker({ reconcileMs: 60_000 })

        assert.equal((await engine.ended(job, { withinMs: 1_000 })).status, 'completed')
      })
    })

    it('looks again soon where it took some and another claim has locked the rest', (harness) => {
      let claims = 0
      const storage = claimingBy(harness.storage, async (options) => {
        claims += 1
        return claims > 3
          ? harness.storage.claim(options)
          : { ...(await harness.storage.claim({ ...options, limit: 1 })), contended: true }
      })
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        const job = await submit(engine, SIX_VIDEOS)

        engine.startWorker({ concurrency: 10, reconcileMs: 60_000 })

        assert.equal((await engine.ended(job, { withinMs: 1_000 })).status, 'completed')
      })
    })

    it('looks less often the longer a suspect stays locked by somebody else', (harness) => {
      let claims = 0
      const storage = claimingBy(harness.storage, async ({ suspect = false }) => {
        claims += 1
        return { transcripts: [], startedJobs: [], suspectDue: !suspect, contended: suspect }
      })
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        engine.startWorker({ reconcileMs: 60_000 })

        await engine.pass(1_000)

        // Of either kind one after 0, 20, 60, 140, 300, 620 and 940 ms.
        assert.ok(claims > 2 && claims <= 20, `${claims} claims`)
      })
    })

    it('fetches on while the storage takes its time, and no more than it can hold', async (harness) => {
      const { storage, beginToSettle } = settlingLater(harness.storage)
      await withEngine(harness, { storage }, async (engine) => {
        engine.startWorker({ concurrency: 2 })

        const job = await submit(engine, SIX_VIDEOS)
        await engine.pass(2_000)
        const fetchedMeanwhile = engine.source.fetched.length
        beginToSettle()
        const ended = await engine.ended(job)

        assert.equal(fetchedMeanwhile, 4)
        assert.equal(ended.counts.completed, 6)
      })
    })

    it('makes up for what ends at the same time by one claim', async (harness) => {
      const { storage, claimed } = countingClaims(harness.storage)
      // Each in a callback of its own, of the same turn of the event loop.
      const otherwise = async () => {
        await setImmediate()
        return fetchedOf('Some words.')
      }
      await withEngine(harness, { source: fakeSource({ otherwise }), storage }, async (engine) => {
        const job = await submit(engine, SIX_VIDEOS)
        engine.startWorker({ concurrency: 3 })

        await engine.ended(job)

        assert.deepEqual(claimed, [3, 3])
      })
    })

    it('makes up by one claim for what ends one by one, while more waits, and lets no slot wait for long', async (harness) => {
      const { storage, claimed } = countingClaims(harness.storage)
      const { source, endOne } = endedByHand()
      await withEngine(harness, { source, storage }, async (engine) => {
        await submit(engine, manyVideos(24))
        engine.startWorker({ concurrency: 20 })
        await engine.until(() => source.running === 20)

        endOne()
        await engine.pass(5)
        const afterOne = [...claimed]
        endOne()
        await engine.pass(1)
        const afterTwo = [...claimed]
        endOne()
        await engine.pass(21)

        assert.deepEqual(afterOne, [20])
        assert.deepEqual(afterTwo, [20, 2])
        assert.deepEqual(claimed, [20, 2, 1])
      })
    })

    it('looks for nothing after a video, where nothing had been left', async (harness) => {
      const { storage, looks } = countingClaims(harness.storage)
      const { source, endOne } = endedByHand()
      await withEngine(harness, { source, storage, queue: deafQueue }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')
        engine.startWorker({ reconcileMs: 60_000 })
        await engine.until(() => source.running === 1)
        const before = looks()

        endOne()
        await engine.ended(job)

        assert.equal(looks() - before, 0)
      })
    })

    it('fills its last slot at once, where nothing waited for it', async (harness) => {
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source }, async (engine) => {
        await submit(engine, manyVideos(19))
        engine.startWorker({ concurrency: 20 })
        await engine.until(() => source.running === 19)

        await submit(engine, SIX_VIDEOS)
        await engine.pass(1)

        assert.equal(source.running, 20)
      })
    })

    it('asks nothing more beside a failure that is not stored yet', async (harness) => {
      const { storage, beginToSettle } = settlingLater(harness.storage)
      const source = fakeSource({ otherwise: failing('source_blocked') })
      await withEngine(harness, { source, storage }, async (engine) => {
        engine.startWorker({ concurrency: 2 })

        await submit(engine, SIX_VIDEOS)
        await engine.pass(2_000)
        const fetchedMeanwhile = engine.source.fetched.length
        beginToSettle()

        assert.equal(fetchedMeanwhile, 2)
      })
    })

    it('takes more than one claim takes, where there is so much', async (harness) => {
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source, queue: deafQueue }, async (engine) => {
        const videos = manyVideos(300)
        for (let from = 0; from < 300; from += 50) await submit(engine, videos.slice(from, from + 50))
        engine.startWorker({ concurrency: 350, reconcileMs: 60_000 })

        await engine.until(() => source.running === 300, { withinMs: 5_000 })
      })
    })

    it('goes on at once with what a gate kept back, once its probe has come through, or failed', async (harness) => {
      const [first, second, third, fourth] = SIX_VIDEOS
      const source = fakeSource({
        videos: {
          [first]: [failing('source_blocked'), 'It answers again.'],
          [second]: [new RangeError('a fault'), 'Mended.'],
        },
      })
      await withEngine(harness, { source, queue: deafQueue }, async (engine) => {
        await submit(engine, first)
        engine.startWorker({ reconcileMs: 10_000 })
        await engine.until(() => engine.told.some(({ name }) => name === 'gate.closed'))
        await submit(engine, [second, third, fourth])
        await engine.until(() => source.fetched.length > 1, { withinMs: 10 * 60_000 })

        await engine.pass(500)

        assert.deepEqual(source.fetched.slice(0, 3), [first, second, third])
        assert.deepEqual(source.fetched.slice(3).toSorted(), [first, fourth].toSorted())
      })
    })

    it('goes on at once where a stored text stood in for the probe, which says nothing of the source', async (harness) => {
      const [first, ...videos] = SIX_VIDEOS
      const source = fakeSource({ videos: { [first]: failing('source_blocked') } })
      await withEngine(harness, { source, queue: deafQueue }, async (engine) => {
        const reused = () => engine.told.filter((told) => told.name === 'transcript.completed' && told.event.reused)
        engine.startWorker({ reconcileMs: 10_000 })
        await engine.ended(await submit(engine, videos))
        await submit(engine, first)
        await engine.until(() => engine.told.some(({ name }) => name === 'gate.closed'))
        await submit(engine, videos)
        await engine.until(() => reused().length > 0, { withinMs: 10 * 60_000 })

        await engine.pass(500)

        assert.equal(reused().length, videos.length)
      })
    })

    it('claims nothing while the source gives no permit', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging, concurrency: 1 }) }, async (engine) => {
        engine.startWorker({ concurrency: 4 })

        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw', '9bZkp7q19f0'])
        await engine.pass(2_000)

        const statuses = (await transcriptsOf(engine, job)).map(({ status }) => status)
        assert.deepEqual(statuses, ['processing', 'pending', 'pending'])
      }))
  })
}

const SIX_VIDEOS = ['dQw4w9WgXcQ', 'jNQXAC9IVRw', '9bZkp7q19f0', 'kJQP7kiw5Fk', 'JGwWNGJdvx8', 'RgKAFK5djSk'] as const

const manyVideos = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `video${String(index).padStart(6, '0')}`)

/** A storage that claims in another way. */
const claimingBy = (storage: TranscriptionStorage, claim: TranscriptionStorage['claim']): TranscriptionStorage =>
  replacing(storage, { claim })

/** A storage, how many claims there were, and how many transcripts each took that took any. */
function countingClaims(storage: TranscriptionStorage) {
  const claimed: number[] = []
  let looks = 0
  return {
    claimed,
    looks: () => looks,
    storage: claimingBy(storage, async (options) => {
      looks += 1
      const claim = await storage.claim(options)
      if (claim.transcripts.length > 0) claimed.push(claim.transcripts.length)
      return claim
    }),
  }
}

/** A source whose fetches end when they are told to, in the order of their beginning. */
function endedByHand() {
  const ends: (() => void)[] = []
  const otherwise = async () => {
    await new Promise<void>((resolve) => ends.push(resolve))
    return fetchedOf('Some words.')
  }
  return { source: fakeSource({ otherwise }), endOne: () => ends.shift()?.() }
}

/** A storage that stores no outcome before it is told to. */
function settlingLater(storage: TranscriptionStorage) {
  let beginToSettle = (): void => undefined
  const begun = new Promise<void>((resolve) => {
    beginToSettle = resolve
  })
  return {
    beginToSettle: () => beginToSettle(),
    storage: replacing(storage, {
      async settle(settlement) {
        await begun
        return storage.settle(settlement)
      },
    }),
  }
}
