// The worker: claims transcripts, fetches them, and settles what became of them.
import { randomUUID } from 'node:crypto'
import { runBackgroundLoop } from '../background-loop.ts'
import { systemClock, type Clock } from '../clock.ts'
import { createEmitter, type TranscriptionEmitter } from '../events.ts'
import { DEFAULT_GATE_POLICY, type GatePolicy } from '../gate.ts'
import { pollingQueue } from '../polling-queue.ts'
import type { JobQueue } from '../queue.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry-policy.ts'
import type { TranscriptSource } from '../source.ts'
import type { TranscriptionStorage, Worker } from '../storage.ts'
import { createWaker } from '../waker.ts'
import { createClaimLoop } from './claim-loop.ts'
import { createHeldLeases } from './held-leases.ts'
import { runReconciler } from './reconciler.ts'
import { createSharedFetches } from './shared-fetches.ts'
import type { SoonRetry, WorkerContext, WorkerCounters } from './worker-context.ts'

export interface WorkerOptions {
  /** What people call it, in lists of workers and logs. @default 'worker' */
  readonly name?: string
  /**
   * How many videos are worked on at a time. The source's own limiter may allow fewer.
   * @default 4. Raise it for a source that can take more.
   */
  readonly concurrency?: number
  /**
   * How long a claimed video is this worker's without a renewal, in milliseconds of the storage's clock.
   * @default 30 s. After a crash, its videos are taken over this much later.
   */
  readonly leaseMs?: number
  /** How often the leases are renewed, in milliseconds; a cancellation is noticed this much later at most. @default 5 s */
  readonly renewMs?: number
  /** How long one attempt may take, in milliseconds from its start; then it counts as `source_timeout`. @default 60 s */
  readonly attemptTimeoutMs?: number
  /** How long `stop` waits for running attempts, in milliseconds, before it aborts them and gives them back. @default 25 s */
  readonly drainMs?: number
  /** How often abandoned and overdue work is looked for, in milliseconds, give or take a fifth. @default 3 s */
  readonly reconcileMs?: number
  /** A video is given up after its worker died this often. @default 3 */
  readonly maxCrashes?: number
  /** Tries within one attempt. @default two more, after 0.5 s and 1 s */
  readonly soonRetry?: Partial<SoonRetry>
  /** Tries after a pause. @default 30 s doubling to 15 min, at most 5 failures */
  readonly retry?: Partial<RetryPolicy>
  /** The pause of the whole source after it refused us. @default 30 s doubling to 5 min */
  readonly gate?: Partial<GatePolicy>
  /** Works only on these jobs. @default on all */
  readonly jobIds?: readonly string[]
}

export interface WorkerParts {
  readonly storage: TranscriptionStorage
  readonly source: TranscriptSource
  /** @default a polling queue */
  readonly queue?: JobQueue
  /** @default an emitter of its own */
  readonly events?: TranscriptionEmitter
  /** @default the system's clock */
  readonly clock?: Clock
  /** Numbers from 0 to below 1, for jitter. @default Math.random */
  readonly random?: () => number
}

export interface TranscriptionWorker {
  /** Unique for each worker that was ever created. */
  readonly id: string
  readonly name: string
  /** Begins to claim. Calling it twice is fine. */
  start(): void
  /**
   * Claims no more, waits for the running attempts, aborts those that need longer than `drainMs` and gives them back
   * (due at once, no failure counted). A later call can only shorten the wait. Resolves when nothing runs any more.
   *
   * @param options.drainMs - How long to wait, in milliseconds. `@default` the worker's `drainMs`.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>
  /** What it has done since it was created, and how many attempts are running now. */
  stats(): Readonly<WorkerCounters> & { readonly running: number }
}

/** Creates a worker. It does nothing until it is started, and frees nothing that it was given. */
export function createWorker(parts: WorkerParts, options: WorkerOptions = {}): TranscriptionWorker {
  const { storage, source, clock = systemClock, random = Math.random, events = createEmitter() } = parts
  const { queue = pollingQueue({ clock }) } = parts
  const { name = 'worker', concurrency = 4, leaseMs = 30_000, renewMs = 5_000, drainMs = 25_000 } = options
  const { reconcileMs = 3_000, attemptTimeoutMs = 60_000, maxCrashes = 3 } = options

  const worker: Worker = { id: randomUUID(), name, leaseMs }
  const counters: WorkerCounters = { claimed: 0, completed: 0, failed: 0, postponed: 0, stale: 0 }
  const leases = createHeldLeases({ storage, worker, clock })
  const context: WorkerContext = {
    storage,
    source,
    events,
    clock,
    random,
    worker,
    leases,
    fetches: createSharedFetches(),
    policies: {
      retry: { ...DEFAULT_RETRY_POLICY, ...options.retry },
      gate: { ...DEFAULT_GATE_POLICY, ...options.gate },
    },
    soonRetry: { retries: 2, minMs: 500, ...options.soonRetry },
    attemptTimeoutMs,
    maxCrashes,
    jobIds: options.jobIds,
    counters,
  }

  const waker = createWaker(clock)
  const claiming = new AbortController()
  const working = new AbortController()
  const claims = createClaimLoop(context, { concurrency, waker, signal: claiming.signal })
  let loops: { readonly claiming: Promise<unknown>; readonly working: Promise<unknown> } | undefined
  let stopped: Promise<void> | undefined

  return {
    id: worker.id,
    name,
    start() {
      if (loops || stopped) return
      waker.wake()
      loops = { claiming: Promise.all([claims.run(), listen()]), working: Promise.all([renew(), watch(), reconcile()]) }
    },
    stop({ drainMs: waitMs = drainMs } = {}) {
      claiming.abort()
      waker.wake()
      void abortAfter(waitMs)
      stopped ??= stop()
      return stopped
    },
    stats: () => ({ ...counters, running: claims.running }),
  }

  async function listen(): Promise<void> {
    await queue.consume(() => waker.wake(), { source: source.id, signal: claiming.signal })
  }

  async function renew(): Promise<void> {
    const signal = working.signal
    await runBackgroundLoop(() => leases.renew(), { name: 'renew', clock, events, signal, pauseMs: () => renewMs })
  }

  /** Apart from the renewals, since those hang when the storage does. */
  async function watch(): Promise<void> {
    const turn = (): Promise<void> => Promise.resolve(leases.abortExpired())
    const signal = working.signal
    await runBackgroundLoop(turn, { name: 'watch', clock, events, signal, pauseMs: () => renewMs })
  }

  async function reconcile(): Promise<void> {
    const onTurn = (): void => waker.wake()
    const signal = working.signal
    await runReconciler({ storage, events, clock, random, maxCrashes, intervalMs: reconcileMs, onTurn, signal })
  }

  async function stop(): Promise<void> {
    await loops?.claiming
    await claims.idle()
    working.abort()
    await loops?.working
    try {
      if (loops) await storage.removeWorker(worker.id)
    } catch (error) {
      // It is forgotten by itself after a day.
      events.emit('engine.error', { error, during: 'stop' })
    }
  }

  async function abortAfter(ms: number): Promise<void> {
    await clock.sleep(ms, working.signal).catch(() => undefined) // Everything was done before.
    leases.abortAll()
  }
}
