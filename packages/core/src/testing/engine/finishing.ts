// From submitted URLs to stored transcripts.
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { JobQueue } from '../../queue.ts'
import type { ClaimOptions, Settlement, TranscriptionStorage } from '../../storage.ts'
import { decodeSegments } from '../../transcript-data.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { fetchedOf } from '../builders.ts'
import { failing, fakeSource, hanging } from '../fake-source.ts'
import { only } from '../storage/steps.ts'
import { deafQueue } from './deaf-queue.ts'
import { submit, transcriptsOf, withEngine } from './engine.ts'

export function describeFinishing({ describe, it }: StorageSuite): void {
  describe('finishing jobs', () => {
    it('turns submitted URLs into stored transcripts, in the order given', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])

        const ended = await engine.ended(job)
        const transcripts = await transcriptsOf(engine, job)
        assert.equal(ended.status, 'completed')
        assert.deepEqual(ended.counts, { total: 2, completed: 2, failed: 0, cancelled: 0 })
        assert.deepEqual(
          transcripts.map(({ data }) => data && decodeSegments(data)[0]?.text),
          ['Text of dQw4w9WgXcQ.', 'Text of jNQXAC9IVRw.'],
        )
      }))

    it('fetches a video that is named twice once, and answers both', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw', 'dQw4w9WgXcQ'])

        await engine.ended(job)
        const [first, , again] = await transcriptsOf(engine, job)
        assert.deepEqual(engine.source.fetched.toSorted(), ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        assert.equal(again?.status, 'completed')
        assert.equal(again.data, first?.data)
      }))

    it('completes a job of which one video succeeded', (harness) =>
      withEngine(
        harness,
        { source: fakeSource({ videos: { jNQXAC9IVRw: failing('video_private') } }) },
        async (engine) => {
          engine.startWorker()

          const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])

          const ended = await engine.ended(job)
          assert.equal(ended.status, 'completed')
          assert.deepEqual(ended.counts, { total: 2, completed: 1, failed: 1, cancelled: 0 })
        },
      ))

    it('fails a job of which every video failed, and says why', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: failing('video_private') }) }, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])

        const ended = await engine.ended(job)
        assert.equal(ended.status, 'failed')
        assert.equal(ended.error?.code, 'video_private')
      }))

    it('tells its listeners what happened, in order, and nothing twice', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        await engine.ended(job)
        await engine.pass(5_000)
        assert.deepEqual(
          engine.told.map(({ name }) => name),
          ['job.created', 'job.processing', 'attempt.ended', 'transcript.completed', 'job.completed'],
        )
      }))

    it('is not disturbed by a listener that throws', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const warnings: string[] = []
        const warn = (warning: Error): void => void warnings.push(warning.message)
        process.on('warning', warn)
        engine.service.on('transcript.completed', () => {
          throw new Error('a fault of the listener')
        })
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const ended = await engine.ended(job)
        process.off('warning', warn)
        assert.equal(ended.status, 'completed')
        assert.match(only(warnings), /transcript\.completed.*a fault of the listener/s)
      }))

    it('is not disturbed by an asynchronous listener that rejects', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
        const listener = (): unknown => Promise.reject(new Error('a fault of the listener'))
        engine.service.on('transcript.completed', listener)
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        assert.equal((await engine.ended(job)).status, 'completed')
        assert.match((await warned).message, /a fault of the listener/)
      }))

    it('is not disturbed by a queue that fails: what is stored is accepted, and worked on', (harness) => {
      const broken: JobQueue = {
        push: () => Promise.reject(new Error('no transport')),
        consume: () => Promise.reject(new Error('no transport')),
        close: () => Promise.resolve(),
      }
      return withEngine(harness, { queue: broken }, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        assert.equal((await engine.ended(job)).status, 'completed')
        const during = engine.told.flatMap((told) => (told.name === 'engine.error' ? [told.event.during] : []))
        assert.deepEqual(during.toSorted(), ['hint', 'listen'])
      })
    })

    it('never stores what is no transcript', (harness) => {
      const source = fakeSource({
        otherwise: fetchedOf('In seconds.', { segments: [{ text: 'a', startMs: 1.54, durationMs: 1 }] }),
      })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ retry: { maxFailures: 2, baseMs: 1_000 } })

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const ended = await engine.ended(job)
        assert.equal(ended.status, 'failed')
        assert.match(String(ended.error?.message), /no valid segment 0/)
      })
    })

    it('lets a waiting process see the end that another one made', async (harness) => {
      const storage = await harness.another()
      await withEngine(harness, { storage }, (waiting) =>
        withEngine(harness, {}, async (working) => {
          const job = await submit(waiting, 'dQw4w9WgXcQ')
          const end = waiting.service.waitForEnd(job.id)
          working.startWorker()

          await working.ended(job)
          await waiting.pass(1_000)

          assert.equal((await end).status, 'completed')
        }),
      )
    })

    it('ends the wait when its signal aborts', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging }) }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')
        const reason = new Error('no more patience')
        const controller = new AbortController()
        const end = engine.service.waitForEnd(job.id, { signal: controller.signal })

        controller.abort(reason)

        await assert.rejects(end, reason)
      }))

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
      const storage = new Proxy(harness.storage, {
        get(target, method, receiver) {
          if (method !== 'claim' || locked === 0) return Reflect.get(target, method, receiver) as unknown
          locked -= 1
          return async () => ({ transcripts: [], startedJobs: [], suspectDue: false, contended: true })
        },
      })
      return withEngine(harness, { storage, queue: deafQueue }, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ')

        engine.startWorker({ reconcileMs: 60_000 })

        assert.equal((await engine.ended(job, { withinMs: 1_000 })).status, 'completed')
      })
    })

    it('looks less often the longer a suspect stays locked by somebody else', (harness) => {
      let claims = 0
      const storage = new Proxy(harness.storage, {
        get(target, method, receiver) {
          if (method !== 'claim') return Reflect.get(target, method, receiver) as unknown
          return async ({ suspect = false }: ClaimOptions) => {
            claims += 1
            return { transcripts: [], startedJobs: [], suspectDue: !suspect, contended: suspect }
          }
        },
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
      const claimed: number[] = []
      const storage = new Proxy(harness.storage, {
        get(target, method, receiver) {
          if (method !== 'claim') return Reflect.get(target, method, receiver) as unknown
          return async (options: ClaimOptions) => {
            const claim = await target.claim(options)
            if (claim.transcripts.length > 0) claimed.push(claim.transcripts.length)
            return claim
          }
        },
      })
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

const SIX_VIDEOS = ['dQw4w9WgXcQ', 'jNQXAC9IVRw', '9bZkp7q19f0', 'kJQP7kiw5Fk', 'JGwWNGJdvx8', 'RgKAFK5djSk']

/** A storage that stores no outcome before it is told to. */
function settlingLater(storage: TranscriptionStorage) {
  let beginToSettle = (): void => undefined
  const begun = new Promise<void>((resolve) => {
    beginToSettle = resolve
  })
  return {
    beginToSettle: () => beginToSettle(),
    storage: new Proxy(storage, {
      get(target, method, receiver) {
        if (method !== 'settle') return Reflect.get(target, method, receiver) as unknown
        return async (settlement: Settlement) => {
          await begun
          return target.settle(settlement)
        }
      },
    }),
  }
}
