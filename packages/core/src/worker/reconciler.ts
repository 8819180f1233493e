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
  /** The pause between two turns, in milliseconds, give or take a fifth. */
  readonly intervalMs: number
  /** How long leases are, in milliseconds. One that is half over is abandoned, and there is a look between two turns when it runs out. */
  readonly leaseMs: number
  /** Called after each turn, whether or not the storage could be reached by it, and after a look that changed something. */
  readonly onTurn: () => void
  readonly signal: AbortSignal
}

/** Runs until `signal` aborts; then resolves. Every process runs one; they need no leader. */
export async function runReconciler(options: ReconcilerOptions): Promise<void> {
  const { storage, events, clock, random, maxCrashes, intervalMs, leaseMs, onTurn, signal } = options
  let untilTurnMs = 0
  let isTurn = true
  let nextLeaseEndMs: number | undefined
  await runBackgroundLoop(
    async () => {
      let hasChanged = false
      nextLeaseEndMs = undefined
      try {
        const expired = await storage.expire({ maxCrashes, limit: EXPIRE_LIMIT })
        nextLeaseEndMs = expired.nextLeaseEndMs
        hasChanged = expired.reclaimed.length > 0 || expired.endedJobs.length > 0
        for (const transcript of expired.failed) events.emit('transcript.failed', transcript)
        for (const job of expired.endedJobs) announceEnd(job, events)
      } finally {
        if (isTurn || hasChanged) onTurn()
      }
    },
    { name: 'reconcile', clock, events, signal, pauseMs },
  )

  /** Until the next turn, or until an abandoned lease has run out. */
  function pauseMs(): number {
    if (isTurn) untilTurnMs = intervalMs * (0.8 + 0.4 * random())
    // All processes see the same lease: they look one after the other, and the first of them takes it back.
    const untilLookMs =
      nextLeaseEndMs !== undefined && nextLeaseEndMs < leaseMs / 2
        ? Math.max(SOONEST_MS, nextLeaseEndMs) + SPREAD_MS * random()
        : Infinity
    isTurn = untilTurnMs <= untilLookMs
    const ms = Math.min(untilTurnMs, untilLookMs)
    untilTurnMs -= ms
    return ms
  }
}

/** The shortest pause before a look, in milliseconds: where others hold what has run out. */
const SOONEST_MS = 1_000

/** Over how many milliseconds the processes that wait for the same lease spread. */
const SPREAD_MS = 200

/** Rows that one turn handles: a bounded transaction, however long nobody was there. */
const EXPIRE_LIMIT = 500
