// Callbacks outlive the workers that send them, and the storage's bad hours.
import assert from 'node:assert/strict'
import { LOST_ATTEMPT } from '../../delivery.ts'
import { TranscriptionError } from '../../errors.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { answering, fakeNotifier, silent } from '../fake-notifier.ts'
import { claimDelivery } from '../storage/delivery-steps.ts'
import { only } from '../storage/steps.ts'
import { HOOK, deliveryOf, errorsOf, submitFor, told } from './callback-steps.ts'
import { handedOver } from './handed-over.ts'
import { withEngine } from './engine.ts'

export function describeCallbackWorkers({ describe, it }: StorageSuite): void {
  describe('a callback whose job ended with nobody there to send it', () => {
    it('is sent by the next process that can', async (harness) => {
      const [first, second] = [fakeNotifier(), fakeNotifier()]
      const storage = await harness.another()
      await withEngine(harness, { notifier: first, storage }, async (ending) => {
        ending.startWorker({ deliveries: 'off' })
        const job = await submitFor(ending)
        await ending.ended(job)
        await ending.pass(10_000)
        const { attempt } = await deliveryOf(ending, job)

        await withEngine(harness, { notifier: second }, async (sending) => {
          sending.startWorker()
          await told(sending, job)
        })

        assert.equal(attempt, 0)
        assert.deepEqual([first.sent.length, second.sent.length], [0, 1])
      })
    })

    it('is found within a reconcile interval when another process ended it', async (harness) => {
      const notifier = fakeNotifier()
      const storage = await harness.another()
      await withEngine(harness, { notifier }, async (sending) => {
        sending.startWorker({ reconcileMs: 3_000 })
        await sending.pass(1_000)
        await withEngine(harness, { notifier: fakeNotifier(), storage }, async (other) => {
          const job = await submitFor(other)
          await other.service.cancel(job.id)

          assert.equal((await told(sending, job, { withinMs: 4_000 })).status, 'delivered')
        })
      })
    })

    it('waits while the only workers have no notifier, or work for some jobs only', (harness) =>
      withEngine(harness, { notifier: fakeNotifier() }, async (submitting) => {
        const job = await submitFor(submitting)
        await withEngine(harness, {}, async (engine) => {
          engine.startWorker()
          await engine.ended(job)
          await engine.pass(10_000)
        })
        submitting.startWorker({ jobIds: [job.id] })
        await submitting.pass(10_000)

        const { status, attempt } = await deliveryOf(submitting, job)
        assert.deepEqual([status, attempt], ['pending', 0])
      }))
  })

  describe('a callback that was under way when its process died', () => {
    it('is sent again when its lease has run out, and not before', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        const job = await submitFor(engine)
        await engine.service.cancel(job.id)
        await claimDelivery(harness.storage, { workerId: 'dead', leaseMs: 20_000 })
        engine.startWorker()

        await engine.pass(15_000)
        const before = notifier.sent.length
        const { failures, attempts } = await told(engine, job)

        assert.equal(before, 0)
        assert.equal(notifier.sent.length, 1)
        assert.equal(failures, 1)
        assert.deepEqual(
          attempts.map(({ error }) => error),
          [LOST_ATTEMPT, undefined],
        )
      })
    })

    it('is given up when every attempt of its schedule was lost', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        const job = await submitFor(engine)
        await engine.service.cancel(job.id)
        for (const workerId of ['first', 'second']) {
          await claimDelivery(harness.storage, { workerId, leaseMs: 20_000 })
          await engine.pass(21_000)
        }
        engine.startWorker({ deliveries: { delaysMs: [1_000] } })

        const { status, attempts } = await told(engine, job)

        assert.equal(status, 'failed')
        assert.match(attempts.at(-1)?.error ?? '', /lost/)
        assert.deepEqual(notifier.sent, [])
      })
    })
  })

  describe('callbacks of several workers', () => {
    it('are each sent by one of them: 30 jobs, 3 workers, 30 calls', async (harness) => {
      const notifier = fakeNotifier()
      const storage = await harness.another()
      await withEngine(harness, { notifier }, (engine) =>
        withEngine(harness, { notifier, storage }, async (other) => {
          const workers = [engine.startWorker(), other.startWorker(), engine.startWorker()]
          const jobs = await Promise.all(Array.from({ length: 30 }, () => submitFor(engine)))

          await engine.until(async () => {
            await other.clock.advance(250)
            const stats = workers.map((worker) => worker.stats().deliveries.delivered)
            return stats.reduce((sum, delivered) => sum + delivered, 0) === 30
          })

          const ids = notifier.sent.map(({ id }) => id)
          assert.equal(new Set(ids).size, 30)
          assert.equal(ids.length, 30)
          for (const job of jobs) assert.equal((await deliveryOf(engine, job)).status, 'delivered')
        }),
      )
    })
  })

  describe('a worker that stops while it sends', () => {
    it('finishes what the receiver answers in time, and claims no more', (harness) => {
      const answer = handedOver<() => void>()
      const notifier = fakeNotifier({
        receivers: { [HOOK]: () => new Promise((resolve) => answer.set(() => resolve(answering(200)))) },
      })
      return withEngine(harness, { notifier }, async (engine) => {
        const worker = engine.startWorker({ deliveries: { perReceiver: 1 } })
        const [first, second] = await Promise.all([submitFor(engine), submitFor(engine)])
        await engine.until(() => notifier.running === 1)

        const stopped = worker.stop()
        answer.get()()
        await engine.pass(1_000)
        await stopped

        const statuses = [await deliveryOf(engine, first), await deliveryOf(engine, second)].map(({ status }) => status)
        assert.deepEqual(statuses.toSorted(), ['delivered', 'pending'])
        assert.equal(notifier.sent.length, 1)
      })
    })

    it('gives back what needs longer: due at once, with no failure counted', (harness) => {
      const notifier = fakeNotifier({ receivers: { [HOOK]: [silent, answering(200)] } })
      return withEngine(harness, { notifier }, async (engine) => {
        const worker = engine.startWorker()
        const job = await submitFor(engine)
        await engine.until(() => notifier.running === 1)

        const stopped = worker.stop({ drainMs: 5_000 })
        await engine.pass(4_000)
        const runningInDrain = notifier.running
        await engine.pass(2_000)
        await stopped
        const { status, failures, attempts } = await deliveryOf(engine, job)
        engine.startWorker()
        const delivery = await told(engine, job)

        assert.equal(runningInDrain, 1)
        assert.deepEqual([status, failures, attempts], ['pending', 0, []])
        assert.deepEqual([delivery.status, delivery.attempts.length], ['delivered', 1])
        assert.equal(notifier.sent.length, 2)
      })
    })
  })

  describe('a storage that is away for a while', () => {
    it('while the callback is written is no failure of the receiver', (harness) => {
      const notifier = fakeNotifier()
      const storage = failingFor(harness.storage, { method: 'listTranscripts', times: 3 })
      return withEngine(harness, { notifier, storage }, async (engine) => {
        engine.startWorker()

        const { failures, attempts } = await told(engine, await submitFor(engine))

        assert.deepEqual([failures, attempts.length], [0, 1])
        assert.equal(notifier.sent.length, 1)
        assert.deepEqual(errorsOf(engine), ['deliver', 'deliver', 'deliver'])
      })
    })

    it('after the receiver has taken it does not have it sent again', (harness) => {
      const notifier = fakeNotifier()
      const storage = failingFor(harness.storage, { method: 'settleDelivery', times: 3 })
      return withEngine(harness, { notifier, storage }, async (engine) => {
        engine.startWorker()

        const delivery = await told(engine, await submitFor(engine))

        assert.equal(delivery.status, 'delivered')
        assert.equal(notifier.sent.length, 1)
        assert.deepEqual(new Set(errorsOf(engine)), new Set(['settle delivery']))
      })
    })

    // The first claim afterwards took it for lost, since its lease had run out.
    it('for longer than a lease does not have it sent again either, by the worker that sent it', (harness) => {
      const notifier = fakeNotifier()
      const storage = failingFor(harness.storage, { method: 'settleDelivery', times: 8 })
      return withEngine(harness, { notifier, storage }, async (engine) => {
        engine.startWorker({ deliveries: { leaseMs: 20_000, attemptTimeoutMs: 10_000 } })

        const { status, attempts } = await told(engine, await submitFor(engine))

        assert.deepEqual([status, attempts.length], ['delivered', 1])
        assert.equal(notifier.sent.length, 1)
      })
    })

    it('when callbacks are claimed has them sent later', (harness) => {
      const notifier = fakeNotifier()
      const storage = failingFor(harness.storage, { method: 'claimDeliveries', times: 3 })
      return withEngine(harness, { notifier, storage }, async (engine) => {
        engine.startWorker()

        await told(engine, await submitFor(engine))

        assert.equal(only(notifier.sent).type, 'job.completed')
        assert.deepEqual(new Set(errorsOf(engine)), new Set(['claim deliveries']))
      })
    })
  })
}

/** A storage one of whose methods cannot reach the database so many times. */
function failingFor(
  storage: TranscriptionStorage,
  { method, times }: { method: keyof TranscriptionStorage; times: number },
): TranscriptionStorage {
  let left = times
  return new Proxy(storage, {
    get(target, key, receiver) {
      if (key !== method || left === 0) return Reflect.get(target, key, receiver) as unknown
      return () => {
        left -= 1
        return Promise.reject(new TranscriptionError('storage_unavailable', 'The storage is away.'))
      }
    },
  })
}
