import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { createTimeLimit } from '../src/time-limit.ts'
import { untilAborted } from '../src/until-aborted.ts'
import { createWaker } from '../src/waker.ts'

// Waits left their listeners behind when garbage was collected in the middle of several, and a worker that had been busy
// for a while warned of a leak.
describe('a signal that lives as long as its worker', () => {
  const clock = systemClock

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['of a waker', (signal) => createWaker(clock).wait({ ms: 5, signal })],
    ['of a sleep', (signal) => clock.sleep(5, signal)],
    ['for work', (signal) => untilAborted(clock.sleep(5), signal)],
    [
      'within a time limit',
      async (signal) => {
        const limit = createTimeLimit({ ms: 1_000, clock, signal })
        await clock.sleep(5)
        limit.clear()
      },
    ],
  ])('keeps no listener of waits that are over: %s', async (_title, wait) => {
    const { signal } = new AbortController()

    for (let round = 0; round < 5; round += 1) {
      await Promise.all([wait(signal), wait(signal), wait(signal), clock.sleep(1).then(collectGarbage)])
    }

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
