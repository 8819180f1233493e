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
  /** Called after each turn, whether or not the storage could be reached by it. */
  readonly onTurn: () => void
  readonly signal: AbortSignal
}

/** Runs until `signal` aborts; then resolves. Every process runs one; they need no leader. */
export async function runReconciler(options: ReconcilerOptions): Promise<void> {
  const { storage, events, clock, random, maxCrashes, intervalMs, onTurn, signal } = options
  await runBackgroundLoop(
    async () => {
      try {
        const { failed, endedJobs } = await storage.expire({ maxCrashes, limit: EXPIRE_LIMIT })
        for (const transcript of failed) events.emit('transcript.failed', transcript)
        for (const job of endedJobs) announceEnd(job, events)
      } finally {
        onTurn()
      }
    },
    { name: 'reconcile', clock, events, signal, pauseMs: () => intervalMs * (0.8 + 0.4 * random()) },
  )
}

/** Rows that one turn handles: a bounded transaction, however long nobody was there. */
const EXPIRE_LIMIT = 500
