// What processes tell each other over a queue that carries notes: it saves waiting, and decides nothing.
import assert from 'node:assert/strict'
import { isJobEnded } from '../../job.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import { eventually } from '../eventually.ts'
import { fakeSource, hanging } from '../fake-source.ts'
import { queueHub } from '../queue-hub.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { only } from '../storage/steps.ts'
import { submit, transcriptsOf, withEngine } from './engine.ts'
import { replacing } from './replacing.ts'

export function describeNotes({ describe, it }: StorageSuite): void {
  describe('cancelling a job', () => {
    it('in another process reaches its worker before the next renewal', async (harness) => {
      const hub = queueHub()
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source, queue: hub.open() }, async (working) => {
        working.startWorker({ attemptTimeoutMs: 600_000 })
        const job = await submit(working, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        await working.pass(1_000)
        const runningBefore = source.running

        await withEngine(harness, { storage: await harness.another(), queue: hub.open() }, async (cancelling) => {
          await cancelling.service.cancel(job.id)
        })

        assert.equal(runningBefore, 2)
        await inNoTime(() => source.running === 0)
      })
    })

    it('reaches a worker of the same process at once, whatever the queue carries', async (harness) => {
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source }, async (engine) => {
        engine.startWorker({ attemptTimeoutMs: 600_000 })
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        await engine.service.cancel(job.id)

        await inNoTime(() => source.running === 0)
      })
    })

    it('reaches a worker by its next renewal when the note is lost', async (harness) => {
      const hub = queueHub()
      const source = fakeSource({ otherwise: hanging })
      await withEngine(harness, { source, queue: hub.open() }, async (working) => {
        working.startWorker({ attemptTimeoutMs: 600_000 })
        const job = await submit(working, 'dQw4w9WgXcQ')
        await working.pass(1_000)
        hub.lose()

        await withEngine(harness, { storage: await harness.another(), queue: hub.open() }, async (cancelling) => {
          await cancelling.service.cancel(job.id)
        })
        await working.clock.advance(0)
        const runningAtFirst = source.running
        await working.clock.advance(5_000)

        assert.equal(runningAtFirst, 1)
        await inNoTime(() => source.running === 0)
      })
    })
  })

  describe('watching a job', () => {
    it('of another process shows its end as soon as it is told', async (harness) => {
      const hub = queueHub()
      await withEngine(harness, { queue: hub.open() }, async (working) => {
        await withEngine(harness, { storage: await harness.another(), queue: hub.open() }, async (watching) => {
          const job = await submit(watching, 'dQw4w9WgXcQ')
          const end = outcomeOf(watching.service.waitForEnd(job.id))
          await watching.clock.advance(0)

          working.startWorker()
          await working.ended(job)

          await inNoTime(() => end()?.status === 'completed')
        })
      })
    })

    it('of another process shows its end by looking when the notes are lost', async (harness) => {
      const hub = queueHub()
      await withEngine(harness, { queue: hub.open() }, async (working) => {
        await withEngine(harness, { storage: await harness.another(), queue: hub.open() }, async (watching) => {
          const job = await submit(watching, 'dQw4w9WgXcQ')
          const end = outcomeOf(watching.service.waitForEnd(job.id))
          await watching.clock.advance(0)
          hub.lose()

          working.startWorker()
          await working.ended(job)
          await watching.clock.advance(0)
          const endAtFirst = end()
          await watching.clock.advance(1_000)

          assert.equal(endAtFirst, undefined)
          await inNoTime(() => end()?.status === 'completed')
        })
      })
    })

    it('follows the others once for all watchers and workers of a service', async (harness) => {
      const hub = queueHub()
      await withEngine(harness, { source: fakeSource({ otherwise: hanging }), queue: hub.open() }, async (engine) => {
        const jobs = [await submit(engine, 'dQw4w9WgXcQ'), await submit(engine, 'jNQXAC9IVRw')]
        const followersAtFirst = hub.followers
        engine.startWorker({ attemptTimeoutMs: 600_000 })
        const abort = new AbortController()
        const ends = jobs.map(({ id }) => engine.service.waitForEnd(id, { signal: abort.signal }))
        await engine.until(async () => (await engine.service.list({ status: 'processing' })).jobs.length === 2)
        const followers = hub.followers

        abort.abort()
        await Promise.allSettled(ends)

        assert.equal(followersAtFirst, 0)
        assert.equal(followers, 1)
      })
    })
  })

  describe('what a process announces', () => {
    it('is each change of a job, a burst of them as one, and the end always', async (harness) => {
      const hub = queueHub()
      await withEngine(harness, { queue: hub.open() }, async (engine) => {
        engine.startWorker({ concurrency: 20 })

        const job = await submit(
          engine,
          Array.from('ABCDEFGHIJKLMNOPQRST', (letter) => letter.repeat(11)),
        )
        await inNoTime(async () => isJobEnded((await engine.service.get(job.id)).status))
        const atOnce = hub.notes.length
        await engine.pass(1_000)

        assert.equal(atOnce, 1)
        assert.deepEqual(hub.notes, [{ jobId: job.id }, { jobId: job.id }])
      })
    })

    it('is told before its service has closed', async (harness) => {
      const hub = queueHub()
      const storage = replacing(harness.storage, { close: () => Promise.resolve() })
      await withEngine(harness, { storage, queue: hub.open() }, async (engine) => {
        engine.startWorker()
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        await inNoTime(() => engine.told.some(({ name }) => name === 'job.completed'))
        const before = hub.notes.length

        await engine.service.close()

        assert.equal(before, 1)
        assert.deepEqual(hub.notes, [{ jobId: job.id }, { jobId: job.id }])
        assert.equal(hub.followers, 0)
      })
    })
  })

  describe('notes that are forged', () => {
    it('cost no more than ten renewals a second, and abort nothing that is still ours', async (harness) => {
      const hub = queueHub()
      const source = fakeSource({ otherwise: hanging })
      const counting = countingRenewals(harness.storage)
      await withEngine(harness, { source, storage: counting.storage, queue: hub.open() }, async (engine) => {
        engine.startWorker({ attemptTimeoutMs: 600_000 })
        const job = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)
        const before = counting.renewals()

        for (let round = 0; round < 20; round += 1) {
          for (let note = 0; note < 50; note += 1) await hub.open().announce?.({ jobId: job.id, cancelled: true })
          await engine.clock.advance(50)
        }

        assert.ok(counting.renewals() - before <= 12, `${counting.renewals() - before} renewals in one second`)
        assert.equal(source.running, 1)
        assert.equal(only(await transcriptsOf(engine, job)).status, 'processing')
      })
    })

    it('cost no renewal when they are about jobs of which nothing is held, or say nothing of a cancellation', async (harness) => {
      const hub = queueHub()
      const counting = countingRenewals(harness.storage)
      await withEngine(
        harness,
        { source: fakeSource({ otherwise: hanging }), storage: counting.storage, queue: hub.open() },
        async (engine) => {
          engine.startWorker({ attemptTimeoutMs: 600_000 })
          const job = await submit(engine, 'dQw4w9WgXcQ')
          await engine.pass(1_000)
          const before = counting.renewals()

          await hub.open().announce?.({ jobId: '019c0000-0000-7000-8000-000000000000', cancelled: true })
          await hub.open().announce?.({ jobId: 'no job at all', cancelled: true })
          await hub.open().announce?.({ jobId: job.id })
          await engine.clock.advance(500)

          assert.equal(counting.renewals(), before)
        },
      )
    })
  })
}

/** Waits while the clock stands still, so that nothing happens because time has passed. */
const inNoTime = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(condition, { what: `${condition.toString()} although no time passes` })

/** What a promise has resolved with by now, if it has. */
function outcomeOf<T>(promise: Promise<T>): () => T | undefined {
  let outcome: T | undefined
  promise.then((value) => (outcome = value)).catch(() => undefined) // It then never has an outcome, which the test waits for in vain.
  return () => outcome
}

function countingRenewals(storage: TranscriptionStorage) {
  let renewals = 0
  return {
    renewals: () => renewals,
    storage: replacing(storage, {
      renew(options) {
        renewals += 1
        return storage.renew(options)
      },
    }),
  }
}
