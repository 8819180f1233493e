// A signal that aborts after a time.
import type { Clock } from './clock.ts'
import { whenAborted } from './when-aborted.ts'

export interface TimeLimit {
  /** Aborts when the time is up, or with the reason of the outer signal. */
  readonly signal: AbortSignal
  /** Ends the limit. To be called when the work is over. */
  clear(): void
}

export interface TimeLimitOptions {
  /** In milliseconds from now; without any left, the time is up from the start. */
  readonly ms: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Makes the reason to abort with when the time is up. @default a plain error */
  readonly onTimeUp?: () => Error
}

export function createTimeLimit({ ms, clock, signal, onTimeUp = timeIsUp }: TimeLimitOptions): TimeLimit {
  const limit = new AbortController()
  if (signal.aborted) limit.abort(signal.reason)
  else if (ms <= 0) limit.abort(onTimeUp())
  // Not AbortSignal.any: what is derived from a signal lives as long as that one.
  const stopListening = whenAborted(signal, () => limit.abort(signal.reason))
  const stopTimer = clock.timer(ms, () => limit.abort(onTimeUp()))
  return {
    signal: limit.signal,
    clear() {
      stopListening()
      stopTimer()
    },
  }
}

const timeIsUp = (): Error => new Error('The time is up.')
