// Listening to a signal for a while.

/**
 * Calls `listener` when the signal aborts; it has not aborted yet.
 *
 * Instead of the option `signal` of addEventListener: Node.js 20 holds what would take the listener away by a weak
 * reference where several listen to one signal, so that after a collection of garbage the listeners stay for ever.
 *
 * @returns takes the listener back. Calling it twice is fine.
 */
export function whenAborted(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/** Ends a wait that nobody needs any more. Without a reason each abort makes an exception with a stack that nobody reads. */
export const NOBODY_WAITS = 'nobody waits any more'
