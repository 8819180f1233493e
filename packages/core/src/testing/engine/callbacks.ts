// Callbacks: from the end of a job to a receiver that took it, or was given up.
import assert from 'node:assert/strict'
import type { StorageSuite } from '../storage-harness.ts'
import { answering, fakeNotifier, silent } from '../fake-notifier.ts'
import { failing, fakeSource } from '../fake-source.ts'
import { only } from '../storage/steps.ts'
import { HOOK, deliveryOf, errorsOf, submitFor, told } from './callback-steps.ts'
import { submit, withEngine } from './engine.ts'

const DELAYS = { delaysMs: [1_000, 5_000, 20_000] }

export function describeCallbacks({ describe, it }: StorageSuite): void {
  describe('the callback of a job', () => {
    it('brings the receiver the job with its results, under the id of its delivery', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker()
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'], { callbackUrl: HOOK })

        const delivery = await told(engine, job)

        const { body, ...notification } = only(notifier.sent)
        const { endedAt } = await engine.service.get(job.id)
        const { data, ...event } = JSON.parse(body) as { data: Record<string, unknown> }
        const { results, job_id, status, truncated } = data
        assert.deepEqual(notification, { id: delivery.id, url: HOOK, type: 'job.completed' })
        assert.deepEqual(event, { type: 'job.completed', timestamp: endedAt?.toISOString() })
        assert.deepEqual({ job_id, status, truncated }, { job_id: job.id, status: 'completed', truncated: false })
        assert.deepEqual(
          (results as { segments: { text: string }[] }[]).map(({ segments }) => segments[0]?.text),
          ['Text of dQw4w9WgXcQ.', 'Text of jNQXAC9IVRw.'],
        )
      })
    })

    it('goes out as soon as the job has ended, without waiting for anybody to look', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ reconcileMs: 3_600_000 })
        await engine.pass(1_000)

        const job = await submitFor(engine)

        assert.equal((await told(engine, job, { withinMs: 2_000 })).status, 'delivered')
        assert.equal(notifier.sent.length, 1)
      })
    })

    it('is sent once, however long the worker goes on', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        const worker = engine.startWorker()
        await told(engine, await submitFor(engine))

        await engine.pass(70_000)

        assert.equal(notifier.sent.length, 1)
        const counts = { delivered: 1, retried: 0, failed: 0, stale: 0, running: 0 }
        assert.deepEqual(worker.stats().deliveries, counts)
      })
    })

    it('tells of a job that failed why each of its videos did', (harness) => {
      const notifier = fakeNotifier()
      const source = fakeSource({ otherwise: failing('video_private') })
      return withEngine(harness, { notifier, source }, async (engine) => {
        engine.startWorker()

        await told(engine, await submitFor(engine))

        const { type, body } = only(notifier.sent)
        assert.equal(type, 'job.failed')
        assert.match(body, /"status":"failed".*"results":\[.*"code":"video_private"/)
      })
    })

    it('is sent of a cancelled job too', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        const job = await submitFor(engine)
        await engine.service.cancel(job.id)
        engine.startWorker()

        await told(engine, job)

        assert.equal(only(notifier.sent).type, 'job.cancelled')
      })
    })

    it('carries links instead of texts where these are more than the limit', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: { inlineLimitBytes: 10, publicUrl: 'https://api.example.test/v1/' } })

        const job = await submitFor(engine)
        await told(engine, job)

        const { body } = only(notifier.sent)
        const link = `https://api.example.test/v1/job_status/${job.id}/transcripts/dQw4w9WgXcQ`
        assert.ok(body.includes(`"segments":null,"transcript_url":"${link}"`), body)
        assert.match(body, /"truncated":true/)
      })
    })
  })

  describe('a callback that the receiver does not take', () => {
    it('is sent again by the schedule, under the same id and to the byte the same', (harness) => {
      const notifier = fakeNotifier({
        receivers: { [HOOK]: [answering(500), answering(500), answering(500), answering(204)] },
      })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: DELAYS })

        const { status, attempt, failures, attempts } = await told(engine, await submitFor(engine))

        assert.deepEqual([status, attempt, failures], ['delivered', 4, 3])
        const [first, ...others] = notifier.sent
        assert.equal(others.length, 3)
        assert.ok(others.every(({ id, body }) => id === first?.id && body === first.body))
        for (const [index, delayMs] of DELAYS.delaysMs.entries()) {
          const pauseMs = Number(attempts[index + 1]?.startedAt) - Number(attempts[index]?.endedAt)
          assert.ok(pauseMs >= delayMs && pauseMs < delayMs + 2_000, `pause ${index}: ${pauseMs}`)
        }
      })
    })

    it('waits as long as the receiver asks, where that is longer', (harness) => {
      const notifier = fakeNotifier({
        receivers: { [HOOK]: [answering(503, { retryAfterMs: 30_000 }), answering(200)] },
      })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: DELAYS })
        const job = await submitFor(engine)
        await engine.until(() => notifier.sent.length === 1)

        await engine.pass(29_000)
        const before = notifier.sent.length
        const delivery = await told(engine, job)

        assert.equal(before, 1)
        assert.equal(delivery.status, 'delivered')
      })
    })

    it('is given up at once where the receiver wants no more', (harness) => {
      const notifier = fakeNotifier({ otherwise: answering(410) })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: DELAYS })

        const delivery = await told(engine, await submitFor(engine))
        await engine.pass(30_000)

        assert.deepEqual([delivery.status, delivery.attempt], ['failed', 1])
        assert.equal(notifier.sent.length, 1)
      })
    })

    it('is given up at the end of the schedule, and stays stored', (harness) => {
      const notifier = fakeNotifier({ otherwise: answering(500) })
      return withEngine(harness, { notifier }, async (engine) => {
        const worker = engine.startWorker({ deliveries: DELAYS })

        const delivery = await told(engine, await submitFor(engine))

        assert.deepEqual([delivery.status, delivery.attempts.length], ['failed', 4])
        assert.equal(notifier.sent.length, 4)
        const counts = { delivered: 0, retried: 3, failed: 1, stale: 0, running: 0 }
        assert.deepEqual(worker.stats().deliveries, counts)
      })
    })

    it('says nothing against the job', (harness) =>
      withEngine(harness, { notifier: fakeNotifier({ otherwise: answering(410) }) }, async (engine) => {
        engine.startWorker()
        const job = await submitFor(engine)
        const ended = await engine.ended(job)

        await told(engine, job)

        assert.deepEqual(await engine.service.get(job.id), ended)
      }))

    it('tells the listeners how each attempt went, after it is stored', (harness) => {
      const notifier = fakeNotifier({ receivers: { [HOOK]: [answering(500), answering(200)] } })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: DELAYS })

        await told(engine, await submitFor(engine))
        await told(engine, await submitGone())

        const events = engine.told.flatMap((one) => (one.name.startsWith('delivery.') ? [one.name] : []))
        assert.deepEqual(events, ['delivery.retrying', 'delivery.succeeded', 'delivery.failed'])
        const retrying = engine.told.find((one) => one.name === 'delivery.retrying')
        assert.ok(retrying?.name === 'delivery.retrying')
        const { delivery, reason, afterMs } = retrying.event
        assert.deepEqual([reason, afterMs, delivery.failures], ['The receiver answered 500.', 1_000, 1])

        function submitGone() {
          notifier.answer(HOOK, answering(410))
          return submitFor(engine)
        }
      })
    })

    it('is an attempt that failed where the receiver does not answer in time', (harness) => {
      const notifier = fakeNotifier({ receivers: { [HOOK]: [silent, answering(200)] } })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: { ...DELAYS, attemptTimeoutMs: 10_000 } })

        const { attempts } = await told(engine, await submitFor(engine))

        assert.deepEqual(
          attempts.map(({ error }) => error),
          ['No answer within 10 s.', undefined],
        )
        assert.deepEqual(errorsOf(engine), [])
      })
    })

    it('is one even where the notifier does not heed that its time is up', (harness) => {
      const deaf = () => new Promise<never>(() => undefined)
      const notifier = fakeNotifier({ receivers: { [HOOK]: [deaf, answering(200)] } })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: { ...DELAYS, concurrency: 1, attemptTimeoutMs: 2_000 } })

        const { attempts } = await told(engine, await submitFor(engine))

        assert.deepEqual(
          attempts.map(({ error }) => error),
          ['No answer within 2 s.', undefined],
        )
      })
    })

    it('is one where the notifier has a fault, which is reported', (harness) => {
      const notifier = fakeNotifier({ receivers: { [HOOK]: [new Error('a fault of the notifier'), answering(200)] } })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: DELAYS })

        const { attempts } = await told(engine, await submitFor(engine))

        assert.deepEqual(
          attempts.map(({ error }) => error),
          ['a fault of the notifier', undefined],
        )
        assert.deepEqual(errorsOf(engine), ['deliver'])
      })
    })
  })

  describe('the replay of a callback', () => {
    it('sends it again at once, under its old id and to the byte the same', (harness) => {
      const notifier = fakeNotifier({ receivers: { [HOOK]: [answering(410), answering(200)] } })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ reconcileMs: 3_600_000 })
        const job = await submitFor(engine)
        const given = await told(engine, job)

        await engine.service.replay(job.id, given.id)
        const delivery = await told(engine, job, { withinMs: 2_000 })

        assert.deepEqual([given.status, delivery.status], ['failed', 'delivered'])
        assert.equal(delivery.attempts.length, 2)
        assert.deepEqual(notifier.sent[1], notifier.sent[0])
      })
    })

    it('of an unknown delivery says so', (harness) =>
      withEngine(harness, { notifier: fakeNotifier() }, async (engine) => {
        const job = await submitFor(engine)
        await engine.service.cancel(job.id)
        const { id } = await deliveryOf(engine, job)
        const other = await submitFor(engine)

        await assert.rejects(engine.service.replay(job.id, 'msg_unknown'), { code: 'delivery_not_found' })
        await assert.rejects(engine.service.replay(other.id, id), { code: 'delivery_not_found' })
      }))
  })
}
