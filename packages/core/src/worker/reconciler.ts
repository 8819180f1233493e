// Takes back and ends what nobody else will, and makes sure that due work is found even when every hint is lost.
import { runBackgroundLoop } from '../background-loop.ts'
import type { Clock } from '../clock.ts'
import type { TranscriptionEmitter } from '../events.ts'
import type { TranscriptionStorage } from '../storage.ts'
import { announceEnd } from './announce.ts'

export interface ReconcilerOptions {
  readonly storage: TranscriptionStorage
  readonly events: TranscriptionEmitter
  readonly clock: Clock
  readonly random: () => number
  readonly maxCrashes: number
  /** The longest pause between two turns, in milliseconds, give or take a fifth. It ends early when an abandoned lease runs out. */
  readonly intervalMs: number
  /** How long leases are, in milliseconds: one that is half over is taken for abandoned. */
  readonly leaseMs: number
  /** Called after each turn, whether or not the storage could be reached by it. */
  readonly onTurn: () => void
  readonly signal: AbortSignal
}

/** Runs until `signal` aborts; then resolves. Every process runs one; they need no leader. */
export async function runReconciler(options: ReconcilerOptions): Promise<void> {
  const { storage, events, clock, random, maxCrashes, intervalMs, leaseMs, onTurn, signal } = options
  let nextLeaseEndMs: number | undefined
  await runBackgroundLoop(
    async () => {
      nextLeaseEndMs = undefined
      try {
        const expired = await storage.expire({ maxCrashes, limit: EXPIRE_LIMIT })
        nextLeaseEndMs = expired.nextLeaseEndMs
        for (const transcript of expired.failed) events.emit('transcript.failed', transcript)
        for (const job of expired.endedJobs) announceEnd(job, events)
      } finally {
        // Also where another process took something back: it may have no use for it.
        onTurn()
      }
    },
    { name: 'reconcile', clock, events, signal, pauseMs },
  )

  function pauseMs(): number {
    const usualMs = intervalMs * (0.8 + 0.4 * random())
    if (nextLeaseEndMs === undefined || nextLeaseEndMs >= leaseMs / 2) return usualMs
    const untilEndMs = nextLeaseEndMs === 0 ? HELD_MS : Math.max(SPREAD_MS, nextLeaseEndMs)
    return Math.min(usualMs, untilEndMs + SPREAD_MS * random())
  }
}

/** How long to wait for what has run out and is held by somebody else, in milliseconds. */
const HELD_MS = 1_000

/** All processes see the same lease. Over so many milliseconds they spread, so that the first of them takes it back. */
const SPREAD_MS = 200

/** Rows that one turn handles: a bounded transaction, however long nobody was there. */
const EXPIRE_LIMIT = 500
