// The worker: claims transcripts, fetches them, and settles what became of them. Beside that it sends callbacks.
import { randomUUID } from 'node:crypto'
import { runBackgroundLoop } from '../background-loop.ts'
import { systemClock, type Clock } from '../clock.ts'
import { createDeliveryLoop, type DeliveryLoop, type DeliveryStats } from '../deliveries/delivery-loop.ts'
import { createEmitter, type TranscriptionEmitter } from '../events.ts'
import type { Notifier } from '../notifier.ts'
import { createJobChanges, type JobChanges } from '../job-changes.ts'
import { pollingQueue } from '../polling-queue.ts'
import { purgeJobs } from '../purge-jobs.ts'
import type { JobQueue } from '../queue.ts'
import type { TranscriptSource } from '../source.ts'
import type { TranscriptionStorage, Worker } from '../storage.ts'
import { createWaker } from '../waker.ts'
import { createClaimLoop } from './claim-loop.ts'
import { createHeldLeases } from './held-leases.ts'
import { runReconciler } from './reconciler.ts'
import { runRenewals } from './renewals.ts'
import { createSharedFetches } from './shared-fetches.ts'
import type { WorkerContext, WorkerCounters } from './worker-context.ts'
import { workerSettings, type WorkerOptions, type WorkerSettings } from './worker-options.ts'

export interface WorkerParts {
  readonly storage: TranscriptionStorage
  readonly source: TranscriptSource
  /** @default a polling queue */
  readonly queue?: JobQueue
  /** Calls the callback URLs of ended jobs. @default none: they stay stored for another worker */
  readonly notifier?: Notifier
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
   * Claims no more, waits for the running attempts and callbacks, aborts those that need longer than `drainMs` and gives them back
   * (due at once, no failure counted). Other workers hear of the videos over the queue, and find callbacks at their next turn. A
   * later call can only shorten the wait. Resolves when nothing runs any more.
   *
   * @param options.drainMs - How long to wait, in milliseconds. `@default` the worker's `drainMs`.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>
  /** What it has done since it was created, and how much is running now. */
  stats(): WorkerStats
}

export type WorkerStats = Readonly<WorkerCounters> & {
  /** Attempts at videos that are under way. */
  readonly running: number
  readonly deliveries: DeliveryStats
}

/**
 * Creates a worker. It does nothing until it is started, and frees nothing that it was given.
 *
 * @throws {TranscriptionError} `invalid_input` naming every option that a worker could not work with.
 */
export function createWorker(parts: WorkerParts, options: WorkerOptions = {}): TranscriptionWorker {
  const settings = workerSettings(options)
  const { clock = systemClock, events = createEmitter() } = parts
  const { queue = pollingQueue({ clock }) } = parts
  const changes = createJobChanges({ queue, events, clock })
  const worker = createWorkerWith({ ...parts, clock, events, queue, changes }, settings)
  return {
    ...worker,
    async stop(stopOptions) {
      await worker.stop(stopOptions)
      await changes.close()
    },
  }
}

/** What a worker is made of within a service, which tells and hears of changes for all of its workers. */
export type SharedWorkerParts = WorkerParts &
  Required<Pick<WorkerParts, 'queue' | 'events' | 'clock'>> & { readonly changes: JobChanges }

/** The same as {@link createWorker} on parts that are shared. */
export function createWorkerWith(parts: SharedWorkerParts, settings: WorkerSettings): TranscriptionWorker {
  const { storage, source, queue, changes, events, clock, random = Math.random } = parts
  const { name, host, concurrency, leaseMs, renewMs, drainMs, reconcileMs, maxCrashes } = settings

  const worker: Worker = { id: randomUUID(), name, host, leaseMs }
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
    policies: settings,
    soonRetry: settings.soonRetry,
    attemptTimeoutMs: settings.attemptTimeoutMs,
    maxCrashes,
    jobIds: settings.jobIds,
    counters,
  }

  const deliveries = createDeliveries()
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
      loops = {
        claiming: Promise.all([claims.run(), listen(), deliveries?.run(claiming.signal), purge()]),
        working: Promise.all([renew(), watch(), reconcile()]),
      }
    },
    stop({ drainMs: waitMs = drainMs } = {}) {
      claiming.abort()
      waker.wake()
      void abortAfter(waitMs)
      stopped ??= stop()
      return stopped
    },
    stats: () => ({ ...counters, running: claims.running, deliveries: deliveries?.stats() ?? NO_DELIVERIES }),
  }

  async function listen(): Promise<void> {
    try {
      await queue.consume(() => waker.wake(), { source: source.id, signal: claiming.signal })
    } catch (error) {
      // Without hints work is found later, by the reconciler.
      events.emit('engine.error', { error, during: 'listen' })
    }
  }

  async function renew(): Promise<void> {
    await runRenewals({ leases, changes, clock, events, renewMs, signal: working.signal })
  }

  /** Apart from the renewals, since those hang when the storage does. */
  async function watch(): Promise<void> {
    const turn = (): Promise<void> => Promise.resolve(leases.abortExpired())
    const signal = working.signal
    await runBackgroundLoop(turn, { name: 'watch', clock, events, signal, pauseMs: () => renewMs })
  }

  async function reconcile(): Promise<void> {
    const onTurn = (): void => {
      waker.wake()
      deliveries?.wake()
    }
    const signal = working.signal
    const times = { intervalMs: reconcileMs, leaseMs }
    await runReconciler({ storage, events, clock, random, maxCrashes, ...times, onTurn, signal })
  }

  /** With the claims, as it begins nothing new once the worker stops, and nothing waits for it. */
  async function purge(): Promise<void> {
    const { retentionMs: olderThanMs } = settings
    if (olderThanMs === undefined) return
    const signal = claiming.signal
    const turn = async (): Promise<void> => void (await purgeJobs({ storage, events, olderThanMs, signal }))
    const pauseMs = (): number => PURGE_INTERVAL_MS * (0.8 + 0.4 * random())
    await runBackgroundLoop(turn, { name: 'purge', clock, events, signal, pauseMs })
  }

  async function stop(): Promise<void> {
    await loops?.claiming
    await Promise.all([claims.idle(), deliveries?.idle()])
    await handOver()
    working.abort()
    await loops?.working
    try {
      if (loops) await inTime(storage.removeWorker(worker.id))
    } catch (error) {
      // It is forgotten by itself after a day.
      events.emit('engine.error', { error, during: 'stop' })
    }
  }

  /** Tells the others of what was given back: they would find it at their next turn only. */
  async function handOver(): Promise<void> {
    const count = claims.givenBack
    try {
      if (count > 0) await inTime(queue.push({ source: source.id, count }))
    } catch (error) {
      events.emit('engine.error', { error, during: 'hint' })
    }
  }

  /** What does not answer must not keep a process from ending. */
  async function inTime(leaving: Promise<void>): Promise<void> {
    const over = new AbortController()
    const late = clock.sleep(LEAVE_MS, over.signal).catch(() => undefined) // It was answered before.
    await Promise.race([leaving, late])
    over.abort()
  }

  async function abortAfter(ms: number): Promise<void> {
    await clock.sleep(ms, working.signal).catch(() => undefined) // Everything was done before.
    leases.abortAll()
    deliveries?.abort()
  }

  /** A worker for some jobs is there for whoever waits for them: callbacks are the business of those that stay. */
  function createDeliveries(): DeliveryLoop | undefined {
    const { notifier } = parts
    if (!notifier || settings.deliveries === 'off' || settings.jobIds) return undefined
    return createDeliveryLoop({ storage, notifier, events, clock, random, workerId: worker.id }, settings.deliveries)
  }
}

/** Give or take a fifth, so that the workers of many processes do not purge at the same time. */
const PURGE_INTERVAL_MS = 10 * 60_000

/** How long a worker that stops waits for the storage to forget it, and for the queue, in milliseconds. Both can do without. */
const LEAVE_MS = 2_000

const NO_DELIVERIES: DeliveryStats = { delivered: 0, retried: 0, failed: 0, stale: 0, running: 0 }
