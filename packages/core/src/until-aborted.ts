// Waiting that ends with a signal, whatever is waited for.

/** Waits for a promise, but no longer than the signal allows: work that ignores its signal must not hold its caller. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal, once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    over.abort()
  }
}
