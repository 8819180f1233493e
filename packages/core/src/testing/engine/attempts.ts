// What is told of every attempt when it is over: for whoever counts and times them.
import assert from 'node:assert/strict'
import type { AttemptEvent } from '../../events.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { failing, fakeSource, hanging, type FakeFetch } from '../fake-source.ts'
import { fetchedOf } from '../builders.ts'
import { only } from '../storage/steps.ts'
import { handedOver } from './handed-over.ts'
import { submit, withEngine, type Engine } from './engine.ts'
import { refusingTexts } from './replacing.ts'

export function describeAttempts({ describe, it }: StorageSuite): void {
  describe('the end of an attempt', () => {
    it('is told with its video, its number and its time', (harness) => {
      const slow: FakeFetch = async ({ videoId }) => {
        await clock.get().sleep(2_000)
        return fetchedOf(`Text of ${videoId}.`)
      }
      const clock = handedOver<Engine['clock']>()
      return withEngine(harness, { source: fakeSource({ otherwise: slow }) }, async (engine) => {
        clock.set(engine.clock)
        engine.startWorker()

        const job = await submit(engine, ['jNQXAC9IVRw', 'dQw4w9WgXcQ'])
        await engine.ended(job)

        const [first, second] = attemptsOf(engine).toSorted((a, b) => a.position - b.position)
        const told = { jobId: job.id, attempt: 1, outcome: 'completed', durationMs: 2_000, reused: false }
        assert.deepEqual(first, { ...told, position: 0, videoId: 'jNQXAC9IVRw' })
        assert.deepEqual(second, { ...told, position: 1, videoId: 'dQw4w9WgXcQ' })
      })
    })

    it('says that a stored text was taken', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        assert.deepEqual(
          attemptsOf(engine).map(({ outcome, reused }) => [outcome, reused]),
          [
            ['completed', false],
            ['completed', true],
          ],
        )
      }))

    it('comes with each try after a pause, and with the code of its error', (harness) => {
      const source = fakeSource({
        videos: { dQw4w9WgXcQ: [failing('source_timeout'), failing('source_blocked'), failing('video_private')] },
      })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()

        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'), { withinMs: 600_000 })

        assert.deepEqual(
          attemptsOf(engine).map(({ attempt, outcome, code }) => [attempt, outcome, code]),
          [
            [1, 'retry', 'source_timeout'],
            [2, 'refused', 'source_blocked'],
            [3, 'failed', 'video_private'],
          ],
        )
      })
    })

    it('is a failure where a refusal was one too many', (harness) => {
      const source = fakeSource({ otherwise: failing('source_blocked') })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ gate: { maxClosings: 1 } })

        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        const { outcome, code } = only(attemptsOf(engine))
        assert.deepEqual([outcome, code], ['failed', 'source_blocked'])
      })
    })

    it('is no failure where the worker stops: it is given back', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging }) }, async (engine) => {
        const worker = engine.startWorker()
        await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        const stopped = worker.stop({ drainMs: 0 })
        await engine.pass(1_000)
        await stopped

        const { outcome, code } = only(attemptsOf(engine))
        assert.deepEqual([outcome, code], ['released', undefined])
      }))

    it('is a loss where a renewal finds the lease gone', (harness) =>
      withEngine(harness, { source: fakeSource({ otherwise: hanging }) }, async (engine) => {
        engine.startWorker({ renewMs: 5_000 })
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        // By another process, of which nobody tells.
        await harness.storage.cancelJob({ id: job.id })
        await engine.pass(6_000)

        const { outcome, durationMs } = only(attemptsOf(engine))
        assert.equal(outcome, 'lost')
        assert.ok(durationMs >= 4_000 && durationMs <= 6_000, `${durationMs} ms`)
      }))

    it('is what was stored, where the storage could not take the outcome itself', (harness) => {
      return withEngine(harness, { storage: refusingTexts(harness.storage) }, async (engine) => {
        engine.startWorker({ retry: { maxFailures: 1 } })

        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        const { outcome, code } = only(attemptsOf(engine))
        assert.deepEqual([outcome, code], ['failed', 'internal'])
        assert.equal(engine.told.filter(({ name }) => name === 'transcript.failed').length, 1)
      })
    })

    it('is stale where its result comes before the worker knows that', async (harness) => {
      const answer = handedOver<() => void>()
      const slow: FakeFetch = () => new Promise((resolve) => answer.set(() => resolve(fetchedOf('Too late.'))))
      await withEngine(harness, { source: fakeSource({ otherwise: slow }) }, async (engine) => {
        engine.startWorker({ renewMs: 15_000 })
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        // By another process, of which nobody tells.
        await harness.storage.cancelJob({ id: job.id })
        answer.get()()
        await engine.pass(1_000)

        assert.equal(only(attemptsOf(engine)).outcome, 'stale')
      })
    })
  })
}

const attemptsOf = ({ told }: Engine): readonly AttemptEvent[] =>
  told.flatMap(({ name, event }) => (name === 'attempt.ended' ? [event] : []))
