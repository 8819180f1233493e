// The conformance suite of queues: hints come through, and nothing that a queue does can harm.
import assert from 'node:assert/strict'
import type { Hint, JobQueue } from '../queue.ts'
import { eventually } from './eventually.ts'
import { suiteOf, type Harness, type Suite, type SuiteOptions } from './test-runner.ts'

export interface QueueHarness extends Harness {
  readonly queue: JobQueue
  /**
   * Opens a second handle on the same transport, as another process would have it. A queue without a transport
   * between processes gives a queue of its own. The harness closes it when it is disposed.
   */
  readonly another: () => Promise<JobQueue>
}

/** Defines the tests that every {@link JobQueue} passes. They take real time: a few milliseconds each where hints are fast. */
export function describeQueue(options: SuiteOptions<QueueHarness>): void {
  const suite = suiteOf(options)
  suite.describe('a queue', () => {
    describeHints(suite)
    describeEnds(suite)
  })
}

function describeHints({ describe, it }: Suite<QueueHarness>): void {
  describe('a hint', () => {
    it('reaches a consumer of its source', async ({ queue }) => {
      const consumer = consume(queue)

      await queue.push({ source: 'fake' })

      await eventually(() => consumer.hints.length > 0, { what: 'the hint arrives' })
      assert.deepEqual(consumer.hints[0], { source: 'fake' })
      await consumer.stop()
    })

    it('reaches a consumer in another process', async ({ queue, another }) => {
      const consumer = consume(await another())

      await queue.push({ source: 'fake' })

      await eventually(() => consumer.hints.length > 0, { what: 'the hint arrives' })
      await consumer.stop()
    })

    it('reaches a consumer again and again', async ({ queue }) => {
      const consumer = consume(queue)
      for (let round = 1; round <= 3; round += 1) {
        const before = consumer.hints.length
        await queue.push({ source: 'fake' })

        await eventually(() => consumer.hints.length > before, { what: `hint ${round} arrives` })
      }
      await consumer.stop()
    })

    it('names the source of its consumer, whatever else is pushed', async ({ queue }) => {
      const consumer = consume(queue, 'fake')
      const other = consume(queue, 'other')

      await Promise.all([queue.push({ source: 'other' }), queue.push({ source: 'fake' })])

      await eventually(() => consumer.hints.length > 0 && other.hints.length > 0, { what: 'both hints arrive' })
      assert.ok(consumer.hints.every(({ source }) => source === 'fake'))
      assert.ok(other.hints.every(({ source }) => source === 'other'))
      await Promise.all([consumer.stop(), other.stop()])
    })

    it('reaches one of several consumers at least', async ({ queue, another }) => {
      const consumers = [consume(queue), consume(queue), consume(await another())]

      await queue.push({ source: 'fake' })

      await eventually(() => consumers.some(({ hints }) => hints.length > 0), { what: 'the hint arrives somewhere' })
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    })

    it('may find no consumer at all', async ({ queue }) => {
      await queue.push({ source: 'fake' })
      await queue.push({ source: 'nobody' })
    })

    it('is pushed without waiting, 100 times at once', async ({ queue }) => {
      const consumer = consume(queue)
      const startedAt = performance.now()

      await Promise.all(Array.from({ length: 100 }, () => queue.push({ source: 'fake' })))

      // The contract says 250 ms each; a machine under load gets its time as well.
      assert.ok(performance.now() - startedAt < 5_000)
      await eventually(() => consumer.hints.length > 0, { what: 'a hint arrives' })
      await consumer.stop()
    })
  })
}

function describeEnds({ describe, it }: Suite<QueueHarness>): void {
  describe('a consumer', () => {
    it('ends when its signal aborts, and is told nothing afterwards', async ({ queue }) => {
      const stopped = consume(queue)
      const other = consume(queue)
      await stopped.stop()
      const told = stopped.hints.length

      await queue.push({ source: 'fake' })

      await eventually(() => other.hints.length > 0, { what: 'the other consumer is told' })
      assert.equal(stopped.hints.length, told)
      await other.stop()
    })

    it('never begins when its signal has aborted already', async ({ queue }) => {
      const hints: Hint[] = []

      await queue.consume((hint) => hints.push(hint), { source: 'fake', signal: AbortSignal.abort() })

      assert.deepEqual(hints, [])
    })

    it('can begin again after it has ended', async ({ queue }) => {
      await consume(queue).stop()
      const consumer = consume(queue)

      await queue.push({ source: 'fake' })

      await eventually(() => consumer.hints.length > 0, { what: 'the hint arrives' })
      await consumer.stop()
    })

    it('ends when its queue is closed', async ({ queue }) => {
      const consumers = [consume(queue), consume(queue)]

      await queue.close()

      await Promise.all(consumers.map(({ ended }) => ended))
    })

    it('goes on when another handle is closed', async ({ queue, another }) => {
      const other = await another()
      const consumer = consume(queue)

      await other.close()
      await queue.push({ source: 'fake' })

      await eventually(() => consumer.hints.length > 0, { what: 'the hint arrives' })
      await consumer.stop()
    })
  })

  describe('a closed queue', () => {
    it('can be closed again, also at the same time', async ({ another }) => {
      const queue = await another()

      await Promise.all([queue.close(), queue.close()])
      await queue.close()
    })

    it('takes hints without complaint: nobody loses more than a hint', async ({ another }) => {
      const queue = await another()
      await queue.close()

      await queue.push({ source: 'fake' })
    })

    it('ends new consumers at once', async ({ another }) => {
      const queue = await another()
      await queue.close()

      await consume(queue).ended
    })
  })
}

interface Consumer {
  readonly hints: readonly Hint[]
  /** Resolves when `consume` does. */
  readonly ended: Promise<void>
  /** Aborts, and waits until it has ended. */
  stop(): Promise<void>
}

function consume(queue: JobQueue, source = 'fake'): Consumer {
  const hints: Hint[] = []
  const controller = new AbortController()
  const ended = queue.consume((hint) => hints.push(hint), { source, signal: controller.signal })
  return {
    hints,
    ended,
    stop() {
      controller.abort()
      return ended
    },
  }
}
