// What the parts of a worker share.
import type { Clock } from '../clock.ts'
import type { TranscriptionEmitter } from '../events.ts'
import type { GatePolicy } from '../gate.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { TranscriptSource } from '../source.ts'
import type { TranscriptionStorage, Worker } from '../storage.ts'
import type { HeldLeases } from './held-leases.ts'
import type { SharedFetches } from './shared-fetches.ts'

export interface WorkerContext {
  readonly storage: TranscriptionStorage
  readonly source: TranscriptSource
  readonly events: TranscriptionEmitter
  readonly clock: Clock
  readonly random: () => number
  readonly worker: Worker
  readonly leases: HeldLeases
  readonly fetches: SharedFetches
  readonly policies: { readonly retry: RetryPolicy; readonly gate: GatePolicy }
  readonly soonRetry: SoonRetry
  readonly attemptTimeoutMs: number
  readonly maxCrashes: number
  readonly jobIds: readonly string[] | undefined
  readonly counters: WorkerCounters
}

/** The retries within one attempt. */
export interface SoonRetry {
  /** How many tries follow the first one. @default 2 */
  readonly retries: number
  /** The pause before the first of them, in milliseconds; it doubles, with jitter. @default 500 */
  readonly minMs: number
}

/** What a worker has done since it was started. */
export interface WorkerCounters {
  claimed: number
  completed: number
  failed: number
  /** Given back to be tried again: back-off, closed gate, shutdown. */
  postponed: number
  /** Results that came too late and were refused. */
  stale: number
}
