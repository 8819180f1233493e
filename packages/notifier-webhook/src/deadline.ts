// Ends work that takes too long or that nobody wants any more, also when the work does not listen.
import type { Clock } from '@ytscriptify/core'

export interface Limit {
  readonly timeoutMs: number
  /** What there is when the time is over, in words for the message: `no answer`. */
  readonly what: string
}

/** One piece of work, with a limit for the whole and others for its parts. The first that is over ends all of it. */
export interface Deadline {
  /** Aborts when a limit is over or the work is called off, and never after `end`. */
  readonly signal: AbortSignal
  /**
   * Runs a part of the work, for which nobody waits longer than the limit.
   *
   * @throws the reason of `signal`; it is a {@link DeadlineError} when a limit is over.
   */
  within<T>(limit: Limit, part: () => Promise<T>): Promise<T>
  /** Calls the work off. */
  abort(reason: unknown): void
  /** To be called when the work is over, whatever came of it: frees the timers. */
  end(): void
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/** Made for every attempt, so it is cheap: two signals and one promise, however many parts there are. */
export function startDeadline(clock: Clock): Deadline {
  const working = new AbortController()
  const waiting = new AbortController()
  const { signal } = working
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // Between two parts nobody waits for it; the next one looks at the signal.
  aborted.catch(() => undefined)
  // Sleeps end with the work. One that fails for another reason would be a limit that is none.
  const onWakeless = (error: unknown): void => {
    if (!waiting.signal.aborted) working.abort(error)
  }

  return {
    signal,
    async within({ timeoutMs, what }, part) {
      signal.throwIfAborted()
      let isOver = false
      const onLate = (): void => {
        if (!isOver) working.abort(new DeadlineError(`${what} within ${timeoutMs} ms`))
      }
      clock.sleep(timeoutMs, waiting.signal).then(onLate, onWakeless)
      try {
        return await Promise.race([part(), aborted])
      } finally {
        isOver = true
      }
    },
    abort: (reason) => working.abort(reason),
    end: () => waiting.abort(NOBODY_WAITS),
  }
}

// Ends the sleeps. Without a reason each would be a new exception with a stack that nobody reads.
const NOBODY_WAITS = 'the work is over'
