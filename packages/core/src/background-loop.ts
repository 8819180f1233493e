// Loops that run beside everything else and own their errors: what fails is reported and tried again.
import type { Clock } from './clock.ts'
import type { TranscriptionEmitter } from './events.ts'
import { createWaker, type Waker } from './waker.ts'

export interface BackgroundLoopOptions {
  /** Names the loop in `engine.error`. */
  readonly name: string
  readonly clock: Clock
  readonly events: TranscriptionEmitter
  readonly signal: AbortSignal
  /** The pause after each turn, in milliseconds. */
  readonly pauseMs: () => number
  /** Ends the pause early. @default nothing does */
  readonly waker?: Waker
}

/** Runs `turn` again and again until `signal` aborts; then resolves. The turn in hand is finished first. */
export async function runBackgroundLoop(
  turn: () => Promise<void>,
  { name, clock, events, signal, pauseMs, waker = createWaker(clock) }: BackgroundLoopOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await turn()
    } catch (error) {
      if (!signal.aborted) events.emit('engine.error', { error, during: name })
    }
    await waker.wait({ ms: pauseMs(), signal })
  }
}
