// The three layers of retries: seconds in the attempt, minutes in the row, and the gate of the source.
import assert from 'node:assert/strict'
import type { StorageSuite } from '../storage-harness.ts'
import { failing, fakeSource } from '../fake-source.ts'
import { only, present } from '../storage/steps.ts'
import { submit, transcriptsOf, withEngine, type Engine } from './engine.ts'

const MINUTE = 60_000

export function describeRetries({ describe, it }: StorageSuite): void {
  describe('retries', () => {
    it('mends within one attempt what seconds can mend', (harness) => {
      const unreachable = failing('source_unreachable')
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [unreachable, unreachable, 'At last.'] } })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const transcript = await endedTranscript(engine, job)
        assert.equal(transcript.status, 'completed')
        assert.equal(transcript.attempt, 1)
        assert.equal(transcript.failures, 0)
        assert.equal(source.fetched.length, 3)
      })
    })

    it('puts a failure off for minutes when seconds did not help', (harness) => {
      const unreachable = failing('source_unreachable')
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [unreachable, unreachable, unreachable, 'At last.'] } })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(10_000)
        const waiting = only(await transcriptsOf(engine, job))

        const transcript = await endedTranscript(engine, job)
        assert.equal(waiting.status, 'pending')
        assert.equal(waiting.error?.code, 'source_unreachable')
        assert.equal(transcript.status, 'completed')
        assert.equal(transcript.failures, 1)
        assert.equal(transcript.attempt, 2)
        const retrying = present(engine.told.find(({ name }) => name === 'transcript.retrying'))
        assert.ok(retrying.name === 'transcript.retrying' && retrying.event.afterMs === 15_000)
      })
    })

    it('gives up at the fifth failure, with its last error', (harness) => {
      const source = fakeSource({ otherwise: failing('source_timeout') })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const transcript = await endedTranscript(engine, job, { withinMs: 20 * MINUTE })
        assert.equal(transcript.status, 'failed')
        assert.equal(transcript.error?.code, 'source_timeout')
        assert.equal(source.fetched.length, 5)
      })
    })

    it('asks a video again when it says that it is ready, and counts no failure', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const retryAt = new Date(engine.clock.now() + 5 * MINUTE)
        engine.source.answer('dQw4w9WgXcQ', failing('live_upcoming', { retryAt }), 'It is over.')
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(4 * MINUTE)
        const early = engine.source.fetched.length

        const transcript = await endedTranscript(engine, job, { withinMs: 2 * MINUTE })
        assert.equal(early, 1)
        assert.equal(transcript.status, 'completed')
        assert.equal(transcript.failures, 0)
      }))

    it('fails at once what would be ready only after the deadline of its job', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const retryAt = new Date(engine.clock.now() + 8 * 24 * 60 * MINUTE)
        engine.source.answer('dQw4w9WgXcQ', failing('live_upcoming', { retryAt }))
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const transcript = await endedTranscript(engine, job)
        assert.equal(transcript.status, 'failed')
        assert.equal(transcript.error?.code, 'live_upcoming')
      }))

    it('takes a fault of the source for an internal error, and tries again later', (harness) => {
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [new RangeError('a fault'), 'Mended.'] } })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const transcript = await endedTranscript(engine, job)
        assert.equal(transcript.status, 'completed')
        assert.equal(transcript.failures, 1)
      })
    })

    it('gives up an attempt after its time, also of a source that ignores its signal', (harness) => {
      const deaf = (): Promise<never> => new Promise(() => undefined)
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [deaf, 'In time.'] }, concurrency: 1 })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ attemptTimeoutMs: 10_000 })

        const job = await submit(engine, 'dQw4w9WgXcQ')

        const transcript = await endedTranscript(engine, job)
        assert.equal(transcript.status, 'completed')
        assert.equal(transcript.failures, 1)
        assert.equal(source.permitsOut, 0)
      })
    })
  })

  describe('a source that refuses us', () => {
    it('pauses as a whole, loses no video, and is asked once for each opening', async (harness) => {
      const slots = 4
      let blocked = true
      const source = fakeSource({
        otherwise: async (video) => {
          if (blocked) throw failing('source_rate_limited')
          return present(answers.get(video.videoId))
        },
      })
      const videos = Array.from({ length: 20 }, (_, index) => `video${String(index).padStart(6, '0')}`)
      const answers = new Map(
        videos.map((id) => [
          id,
          {
            language: 'en',
            kind: 'manual',
            segments: [{ text: id, startMs: 0, durationMs: 1 }],
            metadata: {},
          } as const,
        ]),
      )
      await withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ concurrency: slots })

        const job = await submit(engine, videos)
        await engine.pass(4 * MINUTE)
        blocked = false
        const ended = await engine.ended(job, { withinMs: 10 * MINUTE })

        const openings = engine.told.filter(({ name }) => name === 'gate.closed').length
        assert.deepEqual(ended.counts, { total: 20, completed: 20, failed: 0, cancelled: 0 })
        assert.ok(openings >= 2, `it closed ${openings} times`)
        assert.ok(source.fetched.length <= 20 + slots + openings, `${source.fetched.length} requests`)
        const failures = (await transcriptsOf(engine, job)).map((transcript) => transcript.failures)
        assert.ok(failures.every((count) => count === 0))
      })
    })

    it('is not asked before the moment that it named', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const retryAt = new Date(engine.clock.now() + 10 * MINUTE)
        engine.source.answer('dQw4w9WgXcQ', failing('source_rate_limited', { retryAt }), 'Welcome back.')
        engine.startWorker()

        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(9 * MINUTE)
        const early = engine.source.fetched.length
        const ended = await engine.ended(job, { withinMs: 2 * MINUTE })

        assert.equal(early, 1)
        assert.equal(ended.status, 'completed')
        assert.deepEqual(
          engine.told.map(({ name }) => name).filter((name) => name.startsWith('gate.')),
          ['gate.closed', 'gate.opened'],
        )
      }))
  })
}

async function endedTranscript(engine: Engine, job: { id: string }, { withinMs = 2 * MINUTE } = {}) {
  await engine.ended(job, { withinMs })
  return only(await transcriptsOf(engine, job))
}
