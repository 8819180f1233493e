// Receives hints: as a worker of BullMQ that has nothing to do but to pass them on.
import type { Clock, Hint } from '@ytscriptify/core'
import { WaitingError, Worker, type Job } from 'bullmq'
import type { Redis } from 'ioredis'
import type { FaultReports } from './fault-reports.ts'
import { LASTING, endConnection, openConnection, type RedisConnection } from './redis-connection.ts'
import type { RedisNames } from './redis-names.ts'

export interface HintConsumerOptions {
  readonly connection: RedisConnection
  readonly names: RedisNames
  readonly faults: FaultReports
  readonly clock: Clock
  readonly source: string
  readonly onHint: (hint: Hint) => void
  /** Ends the consumer. It has not aborted yet. */
  readonly signal: AbortSignal
}

/** Passes hints on until the signal aborts, over two connections of its own; then resolves, soon, whatever Redis does. */
export async function consumeHints(options: HintConsumerOptions): Promise<void> {
  const { connection, names, faults, clock, source, onHint, signal } = options
  const clients: Redis[] = []
  const client = openConnection(connection, LASTING)
  const worker = new Worker(names.hintsOf(source), pass, {
    ...WORKER_OPTIONS,
    connection: withKnownDuplicates(client, clients),
    prefix: names.prefix,
  })
  for (const one of clients) one.on('error', () => undefined) // The worker tells, until it lets go of them.
  worker.on('error', (error) => {
    if (!signal.aborted) faults.report('consume', error)
  })
  const running = worker.run()
  running.catch((error: unknown) => faults.report('consume', error))

  await aborted(signal)
  await inTime(worker.close())
  for (const one of clients) endConnection(one)

  /** Holds each hint for a moment, so that the next one goes to somebody else who waits: several hints are for several workers. */
  async function pass(job: Job, token?: string): Promise<void> {
    if (signal.aborted) await giveBack(job, token)
    onHint({ source })
    await clock.sleep(HOLD_MS, signal).catch(() => undefined) // Ended early: it goes, and so does the hint.
  }

  /** The worker finishes the hint in hand, so that it does not stay behind. That takes a Redis that answers. */
  async function inTime(work: Promise<void>): Promise<void> {
    const over = new AbortController()
    work.catch((error: unknown) => faults.report('consume', error))
    await Promise.race([work, clock.sleep(STOP_MS, over.signal)]).catch(() => undefined)
    over.abort('nobody waits any more')
  }
}

/** A hint that was taken while the consumer was already ending is for another one. */
async function giveBack(job: Job, token?: string): Promise<never> {
  await job.moveToWait(token)
  throw new WaitingError()
}

/** BullMQ duplicates the client for its blocking connection. Both are ours to end, since it waits for a Redis that is away. */
function withKnownDuplicates(client: Redis, clients: Redis[]): Redis {
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (override) => {
    const copy = duplicate(override)
    clients.push(copy)
    return copy
  }
  clients.push(client)
  return client
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

const WORKER_OPTIONS = {
  autorun: false,
  concurrency: 1,
  skipVersionCheck: true,
  // A hint is in hand for milliseconds. One whose worker died goes to another one when somebody looks, which is often enough:
  // the work itself is found by looking, too.
  lockDuration: 10_000,
  skipLockRenewal: true,
  stalledInterval: 30_000,
  // Also those that somebody else put there, and that say nothing of it.
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
  runRetryDelay: 1_000,
}

/** How long a hint is held, in milliseconds. */
const HOLD_MS = 5

/** How long the end of a consumer may take, in milliseconds. */
const STOP_MS = 500
