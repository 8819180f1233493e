// Waiting that ends with a signal, whatever is waited for.
import { whenAborted } from './when-aborted.ts'

/** Waits for a promise, but no longer than the signal allows: work that ignores its signal must not hold its caller. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stopListening = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else stopListening = whenAborted(signal, () => reject(signal.reason))
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stopListening()
  }
}
