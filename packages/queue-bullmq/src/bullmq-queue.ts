// The queue over Redis: hints by BullMQ, notes by publish and subscribe.
import { systemClock, type Clock, type JobQueue } from '@ytscriptify/core'
import type { Redis } from 'ioredis'
import { evictionWarning } from './eviction-warning.ts'
import { createFastConnection } from './fast-connection.ts'
import { createFaultReports } from './fault-reports.ts'
import { consumeHints } from './hint-consumer.ts'
import { createHintProducer } from './hint-producer.ts'
import { followNotes, publishNote } from './note-channel.ts'
import { checkConnection, type RedisConnection } from './redis-connection.ts'
import { DEFAULT_PREFIX, redisNames } from './redis-names.ts'

export interface BullmqQueueOptions {
  /**
   * Where Redis is: a URL (`rediss://` for TLS), options of ioredis (Sentinel, TLS), or a client of ioredis, which is
   * duplicated and never closed. Retries and time-outs are set by the queue.
   */
  readonly connection: RedisConnection
  /**
   * What all keys and channels begin with, in braces, so that a cluster keeps them together.
   * @default 'ytscriptify'. Change it where several installations share a Redis.
   */
  readonly prefix?: string
  /**
   * Told what goes wrong with Redis: at most one fault of a kind each second, with the number of those left out. Nothing is
   * lost by any of them but time. @default nobody is told
   */
  readonly onError?: (error: unknown) => void
  /** @default the system's clock */
  readonly clock?: Clock
}

/**
 * A {@link JobQueue} over Redis: what one process submits is claimed by others within milliseconds, and cancellations and
 * progress reach them at once. The storage stays the truth: while Redis is away everything goes on, a few seconds later.
 *
 * @throws {TypeError} when the prefix has braces, or the connection a `keyPrefix`.
 */
export function bullmqQueue(options: BullmqQueueOptions): JobQueue {
  const { connection, prefix = DEFAULT_PREFIX, onError, clock = systemClock } = options
  checkConnection(connection)
  const names = redisNames(prefix)
  const faults = createFaultReports({ onError, clock })
  const fast = createFastConnection({
    connection,
    timeoutMs: SEND_TIMEOUT_MS,
    clock,
    onConnectionError: (error) => faults.report('connection', error),
    onFirstReady: (client) => void warnOfEviction(client),
  })
  const producer = createHintProducer(fast, names)
  const closing = new AbortController()
  const listening = new Set<Promise<void>>()
  let closed: Promise<void> | undefined

  return {
    async push(hint) {
      if (closed) return
      try {
        await producer.push(hint)
      } catch (error) {
        faults.report('hint', error)
      }
    },

    consume: (onHint, { source, signal }) =>
      listen(signal, (ended) => consumeHints({ connection, names, faults, clock, source, onHint, signal: ended })),

    async announce(note) {
      if (closed) return
      try {
        await publishNote(note, fast, names.notes)
      } catch (error) {
        faults.report('note', error)
      }
    },

    follow: (onNote, { signal }) =>
      listen(signal, (ended) => followNotes({ connection, channel: names.notes, faults, onNote, signal: ended })),

    isConnected: () => fast.isAnswering(),

    close() {
      closed ??= close()
      return closed
    },
  }

  /** Listens until the signal aborts or the queue is closed. */
  async function listen(signal: AbortSignal, listenUntil: (ended: AbortSignal) => Promise<void>): Promise<void> {
    const ended = AbortSignal.any([signal, closing.signal])
    if (ended.aborted) return
    const ending = listenUntil(ended)
    listening.add(ending)
    try {
      await ending
    } finally {
      listening.delete(ending)
    }
  }

  async function close(): Promise<void> {
    closing.abort()
    await Promise.allSettled(listening)
    await producer.close()
    fast.close()
  }

  async function warnOfEviction(client: Redis): Promise<void> {
    const warning = await evictionWarning(client)
    if (warning) faults.report('eviction', warning)
  }
}

/** How long a hint or a note may take, in milliseconds. The contract says 250, and leaves the rest to a busy process. */
const SEND_TIMEOUT_MS = 200
