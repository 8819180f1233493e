// Claims callbacks while there are free slots, and sends them.
import type { Clock } from '../clock.ts'
import type { ClaimedDelivery } from '../delivery.ts'
import type { TranscriptionEmitter } from '../events.ts'
import type { Job } from '../job.ts'
import type { Notifier } from '../notifier.ts'
import type { TranscriptionStorage } from '../storage.ts'
import { createWaker } from '../waker.ts'
import { createByteBudget } from './byte-budget.ts'
import type { DeliveryContext, DeliveryCounters } from './delivery-context.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { runDelivery } from './run-delivery.ts'

export interface DeliveryLoopParts {
  readonly storage: TranscriptionStorage
  readonly notifier: Notifier
  readonly events: TranscriptionEmitter
  readonly clock: Clock
  readonly random: () => number
  readonly workerId: string
}

export interface DeliveryLoop {
  /** Claims until the signal aborts; then resolves. Attempts in hand go on. */
  run(signal: AbortSignal): Promise<void>
  /** Tells that something may be due. */
  wake(): void
  /** Resolves when no attempt is running. */
  idle(): Promise<void>
  /** Aborts all attempts, and every one that starts from now on: they are given back. */
  abort(): void
  stats(): DeliveryStats
}

export type DeliveryStats = Readonly<DeliveryCounters> & {
  /** Attempts under way. */
  readonly running: number
}

export function createDeliveryLoop(parts: DeliveryLoopParts, options: DeliveryOptions): DeliveryLoop {
  const { storage, events, clock, workerId } = parts
  const { concurrency, perReceiver, leaseMs, memoryBytes } = options
  const counters: DeliveryCounters = { delivered: 0, retried: 0, failed: 0, stale: 0 }
  const unsettled = new Set<ClaimedDelivery>()
  const context: DeliveryContext = { ...parts, options, counters, unsettled, budget: createByteBudget(memoryBytes) }
  const waker = createWaker(clock)
  const busy = new Map<string, number>()
  const running = new Map<Promise<void>, AbortController>()
  let ended = 0
  let isAborted = false

  return {
    async run(signal) {
      const stopListening = wakeOnWork(events, () => waker.wake())
      while (!signal.aborted) {
        try {
          const ms = await turn()
          if (ms !== 0) await waker.wait({ signal, ...(ms !== undefined && { ms }) })
        } catch (error) {
          events.emit('engine.error', { error, during: 'claim deliveries' })
          await waker.wait({ ms: CLAIM_RETRY_MS, signal })
        }
      }
      stopListening()
    },
    wake: () => waker.wake(),
    async idle() {
      while (running.size > 0) await Promise.all(running.keys())
    },
    abort() {
      isAborted = true
      for (const controller of running.values()) controller.abort(new Error('The worker stops.'))
    },
    stats: () => ({ ...counters, running: running.size }),
  }

  /** @returns how long to wait for more, in milliseconds; `undefined` until woken. */
  async function turn(): Promise<number | undefined> {
    const free = Math.min(concurrency - running.size, MAX_CLAIM)
    if (free <= 0) return undefined
    // Their leases may have run out while the storage was away: a claim would take them back, and have them sent again.
    if (unsettled.size > 0) return CLAIM_RETRY_MS
    const since = clock.monotonic()
    const endedBefore = ended
    const { deliveries, nextDueMs } = await storage.claimDeliveries({
      workerId,
      limit: free,
      leaseMs,
      perReceiver,
      busy,
    })
    for (const claimed of deliveries) start(claimed, since)
    // The storage may have counted it as under way, and held back for its receiver what has room by now.
    if (ended > endedBefore) return 0
    // Due, and yet not claimed: somebody else claims it at this moment.
    return nextDueMs === 0 && deliveries.length === 0 ? CONTENDED_MS : nextDueMs
  }

  function start(claimed: ClaimedDelivery, since: number): void {
    const { receiver } = claimed
    const controller = new AbortController()
    if (isAborted) controller.abort(new Error('The worker stops.'))
    busy.set(receiver, busyWith(receiver) + 1)
    const done: Promise<void> = runDelivery(claimed, { since, signal: controller.signal }, context).then(
      (isPendingAgain) => finish({ done, receiver, isPendingAgain }),
      (error: unknown) => {
        events.emit('engine.error', { error, during: 'deliver' })
        finish({ done, receiver, isPendingAgain: false })
      },
    )
    running.set(done, controller)
  }

  function finish({ done, receiver, isPendingAgain }: Finished): void {
    const wasFull = running.size >= concurrency || busyWith(receiver) >= perReceiver
    ended += 1
    running.delete(done)
    if (busyWith(receiver) > 1) busy.set(receiver, busyWith(receiver) - 1)
    else busy.delete(receiver)
    // Otherwise everything that is due has been claimed, and the loop waits for the right moment; or it claims just now, and
    // sees that this one has ended.
    if (wasFull || isPendingAgain) waker.wake()
  }

  function busyWith(receiver: string): number {
    return busy.get(receiver) ?? 0
  }
}

interface Finished {
  readonly done: Promise<void>
  readonly receiver: string
  readonly isPendingAgain: boolean
}

/** What ends here, or is replayed here, is sent at once; what happens elsewhere is found by the reconciler's turn. */
function wakeOnWork(events: TranscriptionEmitter, wake: () => void): () => void {
  const onEnd = ({ job }: { job: Job }): void => void (job.callbackUrl !== undefined && wake())
  const stops = [
    events.on('job.completed', onEnd),
    events.on('job.failed', onEnd),
    events.on('job.cancelled', onEnd),
    events.on('delivery.replayed', wake),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** The most that one claim takes: enough to make its cost small, few enough that the first of them are soon sent. */
const MAX_CLAIM = 250

const CLAIM_RETRY_MS = 1_000

const CONTENDED_MS = 50
