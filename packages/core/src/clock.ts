// The process's own time, as a parameter. What concerns leases is not here: that is the storage's clock alone.
import { whenAborted } from './when-aborted.ts'

export interface Clock {
  /** Milliseconds since 1970, as people's clocks show it. May jump. */
  now(): number
  /** Milliseconds since some moment in the past. Never jumps; measures how long something takes. */
  monotonic(): number
  /** Calls `onTime` once, after `ms` milliseconds (never, for `Infinity`). Keeps the process alive. @returns takes the call back. Calling it twice is fine. */
  timer(ms: number, onTime: () => void): () => void
  /** Resolves after `ms` milliseconds (never, for `Infinity`), or rejects with the signal's reason when it aborts first. Keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer,
  sleep: (ms, signal) => sleepBy(timer, ms, signal),
}

function timer(ms: number, onTime: () => void): () => void {
  let left = ms
  let running = next()
  return () => clearTimeout(running)

  function next(): NodeJS.Timeout {
    const part = Math.min(left, LONGEST_TIMER_MS)
    left -= part
    return setTimeout(onTimer, part)
  }
  function onTimer(): void {
    if (left > 0) running = next()
    else onTime()
  }
}

/** A sleep on any clock's timers. */
export function sleepBy(start: Clock['timer'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stopListening = signal && whenAborted(signal, abort)
    const stop = start(ms, () => {
      stopListening?.()
      resolve()
    })
    function abort(): void {
      stop()
      reject(signal?.reason)
    }
  })
}

/** A longer one fires at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2 ** 31 - 1
