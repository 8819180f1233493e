// The process's own time, as a parameter. What concerns leases is not here: that is the storage's clock alone.
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since 1970, as people's clocks show it. May jump. */
  now(): number
  /** Milliseconds since some moment in the past. Never jumps; measures how long something takes. */
  monotonic(): number
  /** Resolves after `ms` milliseconds (never, for `Infinity`), or rejects with the signal's reason when it aborts first. Keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      for (let left = ms; left >= 0; left -= LONGEST_TIMER_MS) {
        await delay(Math.min(left, LONGEST_TIMER_MS), undefined, signal && { signal })
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
}

/** A longer one fires at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2 ** 31 - 1
