// A signal that aborts after a time.
import type { Clock } from '../clock.ts'
import { NOBODY_WAITS, whenAborted } from '../when-aborted.ts'

export interface TimeLimit {
  /** Aborts when the time is up, or with the reason of the outer signal. */
  readonly signal: AbortSignal
  /** Ends the limit. To be called when the work is over. */
  clear(): void
}

export interface TimeLimitOptions {
  readonly ms: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

export function createTimeLimit({ ms, clock, signal }: TimeLimitOptions): TimeLimit {
  const limit = new AbortController()
  const over = new AbortController()
  if (signal.aborted) limit.abort(signal.reason)
  // Not AbortSignal.any: what is derived from a signal lives as long as that one.
  const stopListening = whenAborted(signal, () => limit.abort(signal.reason))
  clock.sleep(ms, over.signal).then(
    () => limit.abort(new Error('The time is up.')),
    () => undefined, // The work was over first.
  )
  return {
    signal: limit.signal,
    clear() {
      stopListening()
      over.abort(NOBODY_WAITS)
    },
  }
}
