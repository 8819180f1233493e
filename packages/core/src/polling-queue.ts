// The queue that needs nothing: it looks often. What this process submits it hints at once.
import { systemClock, type Clock } from './clock.ts'
import type { Hint, JobQueue } from './queue.ts'
import { createWaker, type Waker } from './waker.ts'

export interface PollingQueueOptions {
  /**
   * How often a consumer is hinted, in milliseconds, whether or not there is work.
   * @default 200: what another process submits is claimed a fifth of a second later at most.
   * Raise it where an idle database must stay idle.
   */
  readonly intervalMs?: number
  /** @default the system's clock */
  readonly clock?: Clock
}

/** A {@link JobQueue} without a transport. Enough for one process, and for several on one database. */
export function pollingQueue({ intervalMs = 200, clock = systemClock }: PollingQueueOptions = {}): JobQueue {
  const closed = new AbortController()
  const wakers = new Map<Waker, string>()

  return {
    push({ source }) {
      for (const [waker, consumed] of wakers) if (consumed === source) waker.wake()
      return Promise.resolve()
    },

    async consume(onHint, { source, signal }) {
      const hint: Hint = { source }
      const ended = AbortSignal.any([signal, closed.signal])
      const waker = createWaker(clock)
      wakers.set(waker, source)
      while (!ended.aborted) {
        await waker.wait({ ms: intervalMs, signal: ended })
        if (!ended.aborted) onHint(hint)
      }
      wakers.delete(waker)
    },

    close() {
      closed.abort()
      return Promise.resolve()
    },
  }
}
