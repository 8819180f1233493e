// Ends work that takes too long or that nobody wants any more, also when the work does not listen.
import type { Clock } from '@ytscriptify/core'

export interface DeadlineOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly clock: Clock
  /** What there is when the time is over, in words for the message: `no answer`. */
  readonly what: string
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Runs `work` until it settles, the time is over or `signal` aborts, whichever is first. The signal that `work` gets
 * aborts when it is cut short or fails, so that it frees what it holds; a success may live on.
 *
 * @throws the reason of `signal`, or a {@link DeadlineError}.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal, clock, what }: DeadlineOptions,
): Promise<T> {
  signal.throwIfAborted()
  const working = new AbortController()
  const waiting = new AbortController()
  const abortBoth = (): void => [working, waiting].forEach((controller) => controller.abort(signal.reason))
  signal.addEventListener('abort', abortBoth, { once: true })
  try {
    const tooLate = clock.sleep(timeoutMs, waiting.signal).then(() => {
      throw new DeadlineError(`${what} within ${timeoutMs} ms`)
    })
    return await Promise.race([work(working.signal), tooLate])
  } catch (error) {
    working.abort(error)
    throw error
  } finally {
    signal.removeEventListener('abort', abortBoth)
    waiting.abort(NOBODY_WAITS)
  }
}

// Ends the sleep. Without a reason each would be a new exception with a stack that nobody reads.
const NOBODY_WAITS = 'the work is over'
