// How much of the sender one receiver, or one large job, may take.
import assert from 'node:assert/strict'
import type { StorageSuite } from '../storage-harness.ts'
import { answering, fakeNotifier, silent, type FakeDelivery } from '../fake-notifier.ts'
import { fakeSource } from '../fake-source.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import { HOOK, deliveryOf, submitFor, told } from './callback-steps.ts'
import { withEngine, type Engine } from './engine.ts'

export function describeCallbackLimits({ describe, it }: StorageSuite): void {
  describe('a receiver that is slow', () => {
    it('keeps nobody else waiting: it has so many places, and no more', (harness) => {
      const notifier = fakeNotifier({ otherwise: silent, receivers: { 'https://fast.test/': answering(200) } })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: { concurrency: 4, perReceiver: 2 } })
        await Promise.all(Array.from({ length: 8 }, (_, index) => submitFor(engine, `https://slow.test/${index}`)))
        await engine.until(() => notifier.running === 2)

        const delivery = await told(engine, await submitFor(engine, 'https://fast.test/'))

        assert.equal(delivery.status, 'delivered')
        assert.equal(notifier.running, 2)
        assert.equal(notifier.mostRunning, 3)
      })
    })

    it('is given the next one as soon as it has taken one', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        notifier.answer(HOOK, takingMs(engine, 500))
        engine.startWorker({ reconcileMs: 3_600_000, deliveries: { perReceiver: 2 } })
        const jobs = await Promise.all(Array.from({ length: 8 }, () => submitFor(engine)))
        await engine.until(() => notifier.sent.length > 0)

        for (const job of jobs) await told(engine, job, { withinMs: 5_000 })

        assert.equal(notifier.sent.length, 8)
        assert.equal(notifier.mostRunning, 2)
      })
    })

    // Its place was not seen to be free, so that no more than what was left under way went on until the reconciler came.
    it('is given the next one also where it takes one while the storage is being asked', (harness) => {
      const notifier = fakeNotifier()
      let answerAfterMs = 600
      let sleep: Engine['clock']['sleep'] = () => Promise.resolve()
      const storage: TranscriptionStorage = {
        ...harness.storage,
        async claimDeliveries(options) {
          const claim = await harness.storage.claimDeliveries(options)
          await sleep(answerAfterMs)
          return claim
        },
      }
      return withEngine(harness, { notifier, storage }, async (engine) => {
        sleep = engine.clock.sleep
        notifier.answer(HOOK, takingMs(engine, 500))
        const jobs = await Promise.all(Array.from({ length: 8 }, () => submitFor(engine)))
        for (const { id } of jobs) await engine.service.cancel(id)
        engine.startWorker({ reconcileMs: 3_600_000, deliveries: { perReceiver: 2 } })

        for (const job of jobs) await told(engine, job, { withinMs: 10_000 })
        answerAfterMs = 0
        await engine.pass(1_000)

        assert.equal(notifier.sent.length, 8)
        assert.equal(notifier.mostRunning, 2)
      })
    })
  })

  describe('all callbacks together', () => {
    it('are so many at a time, and no more', (harness) => {
      const notifier = fakeNotifier({ otherwise: silent })
      return withEngine(harness, { notifier }, async (engine) => {
        engine.startWorker({ deliveries: { concurrency: 3, perReceiver: 2 } })

        await Promise.all(
          Array.from({ length: 9 }, (_, index) => submitFor(engine, `https://receiver${index % 3}.test/`)),
        )
        await engine.until(() => notifier.running === 3)
        await engine.pass(5_000)

        assert.equal(notifier.mostRunning, 3)
      })
    })

    it('hold no more text at a time than they may', async (harness) => {
      const notifier = fakeNotifier()
      const source = fakeSource({ otherwise: 'x'.repeat(10_000) })
      await withEngine(harness, { notifier, source }, async (engine) => {
        notifier.answer(HOOK, takingMs(engine, 1_000))
        engine.startWorker({ deliveries: { memoryBytes: 25_000, perReceiver: 50 } })
        const jobs = await Promise.all(Array.from({ length: 7 }, () => submitFor(engine)))

        for (const job of jobs) await told(engine, job)

        assert.equal(notifier.sent.length, 7)
        assert.equal(notifier.mostRunning, 2)
        assert.ok(notifier.mostCharacters < 25_000, `${notifier.mostCharacters}`)
      })
    })

    it('let one pass alone that is larger than all may be together', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        notifier.answer(HOOK, takingMs(engine, 1_000))
        engine.startWorker({ deliveries: { memoryBytes: 1 } })
        const jobs = await Promise.all(Array.from({ length: 3 }, () => submitFor(engine)))

        for (const job of jobs) await told(engine, job)

        assert.equal(notifier.mostRunning, 1)
      })
    })

    it('pass large ones that wait for memory, if they are small themselves', async (harness) => {
      const source = fakeSource({ videos: { largelarge0: 'x'.repeat(10_000), largelarge1: 'x'.repeat(10_000) } })
      const notifier = fakeNotifier({ receivers: { 'https://hangs.test/': silent } })
      await withEngine(harness, { notifier, source }, async (engine) => {
        engine.startWorker({ deliveries: { memoryBytes: 12_000, concurrency: 10 } })
        for (const video of ['largelarge0', 'largelarge1']) await submitFor(engine, 'https://hangs.test/', video)
        await engine.until(() => notifier.running === 1)

        const delivery = await told(engine, await submitFor(engine, 'https://quick.test/'), { withinMs: 5_000 })

        assert.equal(delivery.status, 'delivered')
        assert.equal(notifier.running, 1)
      })
    })

    it('do not lose their leases while they wait for memory: they are given back before', (harness) => {
      const notifier = fakeNotifier()
      return withEngine(harness, { notifier }, async (engine) => {
        notifier.answer(HOOK, takingMs(engine, 2_000))
        engine.startWorker({ deliveries: { memoryBytes: 1, leaseMs: 6_000, attemptTimeoutMs: 3_000 } })
        const jobs = await Promise.all(Array.from({ length: 6 }, () => submitFor(engine)))

        for (const job of jobs) await told(engine, job)

        assert.equal(notifier.sent.length, 6)
        for (const job of jobs) {
          const { failures, attempts } = await deliveryOf(engine, job)
          assert.deepEqual([failures, attempts.length], [0, 1])
        }
      })
    })
  })
}

/** A receiver that takes so long to answer. */
const takingMs =
  ({ clock }: Engine, ms: number): FakeDelivery =>
  async (_notification, { signal }) => {
    await clock.sleep(ms, signal)
    return answering(200)
  }
