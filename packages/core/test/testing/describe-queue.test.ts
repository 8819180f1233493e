import { describe, expect, it } from 'vitest'
import { pollingQueue } from '../../src/polling-queue.ts'
import type { JobQueue } from '../../src/queue.ts'
import { describeQueue, type QueueHarness } from '../../src/testing/describe-queue.ts'
import { queueHub } from '../../src/testing/queue-hub.ts'
import { failuresOf } from './run-suite.ts'

function createHarness(create: () => JobQueue): QueueHarness {
  const queue = create()
  const queues = [queue]
  const another = async () => {
    const other = create()
    queues.push(other)
    return other
  }
  return {
    queue,
    another,
    dispose: async () => void (await Promise.all(queues.map((queue) => queue.close()))),
  }
}

describeQueue({
  runner: { describe, it },
  createHarness: async () => createHarness(() => pollingQueue({ intervalMs: 5 })),
  carriesNotes: false,
})

describeQueue({
  runner: { describe, it },
  createHarness: async () => createHarness(queueHub().open),
  carriesNotes: true,
})

describe('the suite of queues', () => {
  const findsFault = (change: (queue: JobQueue) => Partial<JobQueue>) =>
    failuresOf((runner) =>
      describeQueue({
        runner,
        createHarness: async () =>
          createHarness(() => {
            const queue = pollingQueue({ intervalMs: 5 })
            return { ...queue, ...change(queue) }
          }),
        carriesNotes: false,
      }),
    )

  it('finds nothing wrong with an honest queue', async () => {
    expect(await findsFault(() => ({}))).toEqual([])
  })

  it('finds a queue that can be closed only once', async () => {
    let closed = false
    const close = async () => {
      if (closed) throw new Error('closed already')
      closed = true
    }

    expect(await findsFault(() => ({ close }))).toContain(
      'a queue a closed queue can be closed again, also at the same time',
    )
  })

  it('finds a queue that complains of a transport that is gone', async () => {
    const complaining = (queue: JobQueue): Partial<JobQueue> => {
      let closed = false
      return {
        push: (hint) => (closed ? Promise.reject(new Error('not connected')) : queue.push(hint)),
        close() {
          closed = true
          return queue.close()
        },
      }
    }

    expect(await findsFault(complaining)).toEqual([
      'a queue a closed queue takes hints without complaint: nobody loses more than a hint',
    ])
  })

  it('finds a queue that mixes up sources', async () => {
    const confused = (queue: JobQueue): Partial<JobQueue> => ({
      consume: (onHint, options) => queue.consume(() => onHint({ source: 'whatever' }), options),
    })

    expect(await findsFault(confused)).toContain(
      'a queue a hint names the source of its consumer, whatever else is pushed',
    )
  })

  it('finds a queue that carries notes although it says that it does not', async () => {
    expect(await findsFault(() => ({ announce: () => Promise.resolve() }))).toEqual([
      'a queue carries no notes: it has neither announce nor follow',
    ])
  })

  it('finds a queue that forgets to say that a job was cancelled', async () => {
    const forgetful = () => {
      const hub = queueHub()
      return (): JobQueue => {
        const queue = hub.open()
        return { ...queue, announce: async ({ jobId }) => queue.announce?.({ jobId }) }
      }
    }

    const failures = await failuresOf((runner) =>
      describeQueue({ runner, createHarness: async () => createHarness(forgetful()), carriesNotes: true }),
    )

    expect(failures).toEqual(['a queue a note says whether the job was cancelled'])
  })
})
