// Ends work that takes too long or that nobody wants any more, also when the work does not listen.
import type { Clock } from '@ytscriptify/core'

export interface DeadlineOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Makes the error of a timeout. */
  readonly onTimeout: () => Error
}

/**
 * Runs `work` until it settles, the time is over or `signal` aborts, whichever is first. The signal that `work` gets
 * aborts in every case, so that it frees what it holds.
 *
 * @throws the reason of `signal`, or what `onTimeout` gives.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal, clock, onTimeout }: DeadlineOptions,
): Promise<T> {
  signal.throwIfAborted()
  const ended = new AbortController()
  const onAbort = (): void => ended.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    // Rejects in both cases, since sleeping ends with the reason of the signal.
    const tooLate = clock.sleep(timeoutMs, ended.signal).then(() => Promise.reject(onTimeout()))
    return await Promise.race([work(ended.signal), tooLate])
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    ended.abort()
  }
}
