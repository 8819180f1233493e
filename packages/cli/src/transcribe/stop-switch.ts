// Why a run ends before its videos do: Ctrl-C, the time is up, or nobody reads the output any more.
import type { Clock } from '@ytscriptify/core'
import type { Surroundings } from '../surroundings.ts'
import { EXIT } from '../exit-codes.ts'

export type StopReason = 'interrupted' | 'max-wait' | 'reader-gone'

export interface StopSwitch {
  readonly signal: AbortSignal
  /** Why it was thrown, when it was. The first reason counts. */
  readonly reason: () => StopReason | undefined
  /** Begins to count the time that the run may take. */
  startClock(maxWaitMs: number): void
  /** Lets go of signals and timers. */
  release(): void
}

export interface StopSwitchParts {
  readonly surroundings: Pick<Surroundings, 'onInterrupt' | 'quit'>
  /** Called before a second Ctrl-C ends the process: there is time for a last word, and for nothing else. */
  readonly beforeQuit: () => void
  /** Aborts when nobody reads the output any more. */
  readonly readerGone: AbortSignal
  readonly clock: Clock
}

/** From now on the first Ctrl-C throws the switch, and the second ends the process at once. */
export function createStopSwitch({ surroundings, beforeQuit, readerGone, clock }: StopSwitchParts): StopSwitch {
  const controller = new AbortController()
  const released = new AbortController()
  let reason: StopReason | undefined

  const releaseInterrupts = surroundings.onInterrupt(() => {
    if (reason !== 'interrupted') return throwSwitch('interrupted')
    beforeQuit()
    surroundings.quit(EXIT.interrupted)
  })
  const onReaderGone = (): void => throwSwitch('reader-gone')
  readerGone.addEventListener('abort', onReaderGone, { signal: released.signal })

  return {
    signal: controller.signal,
    reason: () => reason,
    startClock(maxWaitMs) {
      clock.sleep(maxWaitMs, released.signal).then(
        () => throwSwitch('max-wait'),
        () => undefined, // The run was over first.
      )
    },
    release() {
      releaseInterrupts()
      released.abort()
    },
  }

  /** Ctrl-C counts even when the time is up already: whoever presses it wants it to end now. */
  function throwSwitch(why: StopReason): void {
    if (reason === undefined || why === 'interrupted') reason = why
    controller.abort()
  }
}
