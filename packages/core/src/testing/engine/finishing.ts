// From submitted URLs to stored transcripts.
import assert from 'node:assert/strict'
import type { JobQueue } from '../../queue.ts'
import { decodeSegments } from '../../transcript-data.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { fetchedOf } from '../builders.ts'
import { failing, fakeSource, hanging } from '../fake-source.ts'
import { only } from '../storage/steps.ts'
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
  })
}
