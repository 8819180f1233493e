// Waiting that somebody else can end: a loop sleeps until it is woken or its time is up.
import type { Clock } from './clock.ts'
import { whenAborted } from './when-aborted.ts'

export interface Waker {
  /** Ends the current wait, or the next one when nobody waits now, so that no wake is ever lost. */
  wake(): void
  /** Resolves when woken, when `ms` milliseconds have passed, or when `signal` aborts. Never rejects. One waiter at a time. */
  wait(options: { readonly ms?: number; readonly signal: AbortSignal }): Promise<void>
}

export function createWaker(clock: Clock): Waker {
  let woken = false
  let endWait = (): void => undefined

  return {
    wake() {
      woken = true
      endWait()
    },
    async wait({ ms, signal }) {
      if (!woken && !signal.aborted) await waitOnce(ms, signal)
      woken = false
    },
  }

  async function waitOnce(ms: number | undefined, signal: AbortSignal): Promise<void> {
    let stopListening = (): void => undefined
    let stopTimer = (): void => undefined
    await new Promise<void>((resolve) => {
      endWait = resolve
      stopListening = whenAborted(signal, resolve)
      if (ms !== undefined) stopTimer = clock.timer(ms, resolve)
    })
    stopListening()
    stopTimer()
  }
}
