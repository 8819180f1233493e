// How many requests may be on their way, and how close together they may start.
import { createAbortListeners, type Clock, type OnAbort, type Permit } from '@ytscriptify/core'

export interface LimiterOptions {
  /** Permits that may be out at the same time. */
  readonly concurrency: number
  /** Mean time between two permits, in milliseconds; each gap is drawn from half to one and a half of it. */
  readonly minGapMs: number
  readonly clock: Clock
  readonly random: () => number
}

/**
 * Gives permits in the order in which they were asked for.
 *
 * @returns a function that waits for a permit, or rejects with the signal's reason.
 */
export function createLimiter({
  concurrency,
  minGapMs,
  clock,
  random,
}: LimiterOptions): (signal: AbortSignal) => Promise<Permit> {
  const onAbort = createAbortListeners()
  const places = createSemaphore(concurrency, onAbort)
  // One at a time waits for a place and then for its gap. Whoever gives up there has used up neither.
  const turnstile = createSemaphore(1, onAbort)
  let opensAt = clock.monotonic()

  async function waitForGap(signal: AbortSignal): Promise<void> {
    const waitMs = opensAt - clock.monotonic()
    if (waitMs > 0) await clock.sleep(waitMs, signal)
    opensAt = clock.monotonic() + minGapMs * (0.5 + random())
  }

  return async (signal) => {
    const turn = await turnstile.acquire(signal)
    try {
      const place = await places.acquire(signal)
      try {
        await waitForGap(signal)
        return place
      } catch (error) {
        place.release()
        throw error
      }
    } finally {
      turn.release()
    }
  }
}

function createSemaphore(size: number, onAbort: OnAbort): { acquire(signal: AbortSignal): Promise<Permit> } {
  let free = size
  const waiting = new Set<() => void>()

  function takePlace(): Permit {
    free -= 1
    let released = false
    return {
      release() {
        if (released) return
        released = true
        free += 1
        const [next] = waiting
        next?.()
      },
    }
  }

  function waitInLine(signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const stopListening = onAbort(signal, () => {
        waiting.delete(enter)
        reject(signal.reason)
      })
      const enter = (): void => {
        waiting.delete(enter)
        stopListening()
        resolve(takePlace())
      }
      waiting.add(enter)
    })
  }

  return {
    async acquire(signal) {
      signal.throwIfAborted()
      return free > 0 ? takePlace() : waitInLine(signal)
    },
  }
}
