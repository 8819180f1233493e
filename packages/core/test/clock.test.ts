import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'

describe('the clock of the system', () => {
  it.each([2 ** 31, Infinity])(
    'sleeps for %s ms, which is longer than a timer can be, until it is aborted',
    async (ms) => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const sleep = systemClock.sleep(ms, controller.signal)

      const first = await Promise.race([sleep.then(() => 'woke'), delay(50, 'still asleep')])
      controller.abort(reason)

      expect(first).toBe('still asleep')
      await expect(sleep).rejects.toBe(reason)
    },
  )
})
