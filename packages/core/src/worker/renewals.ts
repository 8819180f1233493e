// Renews the leases of a worker: regularly, and at once when a job of theirs is said to be cancelled.
import { runBackgroundLoop } from '../background-loop.ts'
import type { Clock } from '../clock.ts'
import type { TranscriptionEmitter } from '../events.ts'
import type { JobChanges } from '../job-changes.ts'
import { createWaker } from '../waker.ts'
import type { HeldLeases } from './held-leases.ts'

export interface RenewalOptions {
  readonly leases: HeldLeases
  readonly changes: JobChanges
  readonly clock: Clock
  readonly events: TranscriptionEmitter
  /** The pause between two renewals that nothing hastens, in milliseconds. */
  readonly renewMs: number
  readonly signal: AbortSignal
}

/** Runs until `signal` aborts; then resolves. */
export async function runRenewals({ leases, changes, clock, events, renewMs, signal }: RenewalOptions): Promise<void> {
  const waker = createWaker(clock)
  const stopListening = changes.all(({ jobId, cancelled }) => {
    if (cancelled && leases.holdsAnyOf(jobId)) waker.wake()
  })
  let lastAt = -Infinity

  await runBackgroundLoop(
    async () => {
      // Whoever may send notes may send any number of them, and each could make the storage work.
      const restMs = lastAt + MIN_PAUSE_MS - clock.monotonic()
      if (restMs > 0) await clock.sleep(restMs, signal).catch(() => undefined) // Woken early to stop.
      lastAt = clock.monotonic()
      await leases.renew()
    },
    { name: 'renew', clock, events, signal, pauseMs: () => renewMs, waker },
  )
  stopListening()
}

/** However many jobs are said to be cancelled, the leases are not renewed more often, in milliseconds. */
const MIN_PAUSE_MS = 100
