// The conformance suite of queues: hints and notes come through, and nothing that a queue does can harm.
import assert from 'node:assert/strict'
import type { Hint, JobNote, JobQueue } from '../queue.ts'
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

export interface QueueSuiteOptions extends SuiteOptions<QueueHarness> {
  /** Whether the queue has `announce` and `follow`: it is shown to carry notes between processes, or to say that it does not. */
  readonly carriesNotes: boolean
}

/** Defines the tests that every {@link JobQueue} passes. They take real time: a few milliseconds each where hints are fast. */
export function describeQueue({ carriesNotes, ...options }: QueueSuiteOptions): void {
  const suite = suiteOf(options)
  suite.describe('a queue', () => {
    describeHints(suite)
    describeEnds(suite)
    if (carriesNotes) describeNotes(suite)
    else describeNoNotes(suite)
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

    it('of several transcripts reaches a consumer too', async ({ queue }) => {
      const consumer = consume(queue)

      await queue.push({ source: 'fake', count: 5_000 })

      await eventually(() => consumer.hints.length > 0, { what: 'the hint arrives' })
      await consumer.stop()
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

function describeNotes({ describe, it }: Suite<QueueHarness>): void {
  describe('a note', () => {
    it('reaches everybody who follows, in this process and in others', async ({ queue, another }) => {
      const followers = [follow(queue), follow(queue), follow(await another())]

      await reach(followers, queue)
      await carry(queue).announce({ jobId: JOB })

      await eventually(() => followers.every(({ notes }) => notes.some(isOf(JOB))), { what: 'the note arrives' })
      await Promise.all(followers.map((follower) => follower.stop()))
    })

    it('says whether the job was cancelled', async ({ queue, another }) => {
      const follower = follow(await another())
      await reach([follower], queue)

      await carry(queue).announce({ jobId: JOB, cancelled: true })
      await carry(queue).announce({ jobId: OTHER_JOB })

      await eventually(() => follower.notes.some(isOf(OTHER_JOB)), { what: 'both notes arrive' })
      assert.equal(follower.notes.find(isOf(JOB))?.cancelled, true)
      assert.ok(!follower.notes.find(isOf(OTHER_JOB))?.cancelled)
      await follower.stop()
    })

    it('is no hint, and a hint is no note', async ({ queue, another }) => {
      const consumer = consume(queue)
      const follower = follow(queue)
      await reach([follower], await another())
      await eventually(() => follower.notes.length > 0, { what: 'a note arrives' })
      const told = consumer.hints.length

      await queue.push({ source: 'fake' })
      await eventually(() => consumer.hints.length > told, { what: 'the hint arrives' })

      assert.ok(follower.notes.every(isOf(PROBE)))
      await Promise.all([consumer.stop(), follower.stop()])
    })

    it('may find nobody who follows', async ({ queue }) => {
      await carry(queue).announce({ jobId: JOB, cancelled: true })
    })

    it('is announced without waiting, 100 times at once', async ({ queue, another }) => {
      const follower = follow(await another())
      await reach([follower], queue)
      const startedAt = performance.now()

      await Promise.all(Array.from({ length: 100 }, () => carry(queue).announce({ jobId: JOB })))

      // The contract says 250 ms each; a machine under load gets its time as well.
      assert.ok(performance.now() - startedAt < 5_000)
      await eventually(() => follower.notes.some(isOf(JOB)), { what: 'a note arrives' })
      await follower.stop()
    })
  })

  describe('a follower', () => {
    it('ends when its signal aborts, and is told nothing afterwards', async ({ queue }) => {
      const stopped = follow(queue)
      const other = follow(queue)
      await reach([stopped, other], queue)
      await stopped.stop()
      const told = stopped.notes.length

      await carry(queue).announce({ jobId: JOB })

      await eventually(() => other.notes.some(isOf(JOB)), { what: 'the other follower is told' })
      assert.equal(stopped.notes.length, told)
      await other.stop()
    })

    it('never begins when its signal has aborted already', async ({ queue }) => {
      const notes: JobNote[] = []

      await carry(queue).follow((note) => notes.push(note), { signal: AbortSignal.abort() })

      assert.deepEqual(notes, [])
    })

    it('can begin again after it has ended', async ({ queue }) => {
      await follow(queue).stop()
      const follower = follow(queue)

      await reach([follower], queue)
      await follower.stop()
    })

    it('goes on when another handle is closed', async ({ queue, another }) => {
      const other = await another()
      const [follower, gone] = [follow(queue), follow(other)]
      await reach([follower, gone], queue)

      await other.close()
      await carry(queue).announce({ jobId: JOB })

      await gone.ended
      await eventually(() => follower.notes.some(isOf(JOB)), { what: 'the note arrives' })
      await follower.stop()
    })

    it('ends when its queue is closed, and does not begin on a closed one', async ({ another }) => {
      const queue = await another()
      const followers = [follow(queue), follow(queue)]

      await queue.close()
      await Promise.all(followers.map(({ ended }) => ended))

      await follow(queue).ended
    })
  })

  describe('a closed queue', () => {
    it('takes notes without complaint', async ({ another }) => {
      const queue = await another()
      await queue.close()

      await carry(queue).announce({ jobId: JOB })
    })
  })
}

/** What has no transport between processes says so, by having neither. */
function describeNoNotes({ it }: Suite<QueueHarness>): void {
  it('carries no notes: it has neither announce nor follow', async ({ queue }) => {
    assert.equal(queue.announce, undefined)
    assert.equal(queue.follow, undefined)
  })
}

const JOB = '019c0000-0000-7000-8000-000000000001'
const OTHER_JOB = '019c0000-0000-7000-8000-000000000002'
/** The job of the notes by which it is found out that somebody follows by now. */
const PROBE = '019c0000-0000-7000-8000-000000000000'

const isOf =
  (id: string) =>
  ({ jobId }: JobNote): boolean =>
    jobId === id

function carry(queue: JobQueue): Required<Pick<JobQueue, 'announce' | 'follow'>> {
  const { announce, follow } = queue
  assert.ok(announce && follow, 'A queue that carries notes has both announce and follow.')
  return { announce: announce.bind(queue), follow: follow.bind(queue) }
}

/** Announces until all of them are told: following begins a moment after it is asked for, and what is said before is lost. */
async function reach(followers: readonly Follower[], queue: JobQueue): Promise<void> {
  await eventually(
    async () => {
      await carry(queue).announce({ jobId: PROBE })
      return followers.every(({ notes }) => notes.length > 0)
    },
    { what: 'everybody follows' },
  )
}

interface Follower {
  readonly notes: readonly JobNote[]
  /** Resolves when `follow` does. */
  readonly ended: Promise<void>
  /** Aborts, and waits until it has ended. */
  stop(): Promise<void>
}

function follow(queue: JobQueue): Follower {
  const notes: JobNote[] = []
  const controller = new AbortController()
  const ended = carry(queue).follow((note) => notes.push(note), { signal: controller.signal })
  return {
    notes,
    ended,
    stop() {
      controller.abort()
      return ended
    },
  }
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
