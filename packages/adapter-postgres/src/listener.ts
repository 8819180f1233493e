// A connection that listens to a channel, and is made anew whenever it is lost.
import { Client } from 'pg'
import type { Clock } from '@ytscriptify/core'
import { guarded, type PostgresClient, type PostgresPool } from './postgres-pool.ts'

export type ListenerOptions =
  | { readonly connectionString: string }
  /** One of its connections is kept, from the first use until the queue is closed. */
  | { readonly pool: PostgresPool }

export interface ListenerParts {
  readonly channel: string
  readonly onText: (text: string) => void
  /** Called after each connecting but the first. */
  readonly onConnected: () => void
  readonly onError: (error: unknown) => void
  readonly clock: Clock
  readonly random: () => number
}

export interface Listener {
  /** Connects, unless it has done so before. */
  start(): void
  /** Rejects while there is no connection. */
  notify(text: string): Promise<void>
  isConnected(): boolean
  /** Calling it twice is fine. */
  close(): Promise<void>
}

/** The pause before the first new try; it doubles up to the longest. In milliseconds. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** A connection on which nothing comes may be gone, so it is asked; what does not answer in time is. In milliseconds. */
const ASK_EVERY_MS = 15_000
const ANSWER_MS = 5_000

interface Connection {
  readonly client: PostgresClient
  /** Resolves when it is lost. */
  readonly lost: Promise<void>
  end(): Promise<void>
}

export function createListener(options: ListenerOptions, parts: ListenerParts): Listener {
  const { channel, onText, onConnected, onError, clock, random } = parts
  const closing = new AbortController()
  let connection: Connection | undefined
  let running: Promise<void> | undefined
  let waiting: Promise<void> | undefined

  return {
    start,
    async notify(text) {
      start()
      // The first one of a process comes while the connection is being made.
      if (!connection) await waiting
      if (!connection) throw new Error('There is no connection to PostgreSQL at this moment: nobody was notified.')
      await connection.client.query('select pg_notify($1, $2)', [channel, text])
    },
    isConnected: () => connection !== undefined,
    async close() {
      closing.abort(new Error('The queue is closed.'))
      await connection?.end()
      await running
    },
  }

  function start(): void {
    running ??= closing.signal.aborted ? Promise.resolve() : keepListening()
  }

  /** Owns its errors: each is reported, and followed by another try. */
  async function keepListening(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    let isFirst = true
    while (!closing.signal.aborted) {
      try {
        const connecting = connect()
        waiting = connecting.then(
          () => undefined,
          () => undefined,
        )
        connection = await connecting
        pauseMs = FIRST_PAUSE_MS
        if (!isFirst) onConnected()
        isFirst = false
        await untilLost(connection)
      } catch (error) {
        if (!closing.signal.aborted) onError(error)
      }
      const last = connection
      connection = undefined
      await last?.end()
      await pause(pauseMs * (0.5 + random()))
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    }
  }

  async function connect(): Promise<Connection> {
    const opened = await open(options)
    const { client } = opened
    try {
      client.on('notification', ({ payload = '' }) => onText(payload))
      await client.query(`listen "${channel.replaceAll('"', '""')}"`)
      closing.signal.throwIfAborted()
      return opened
    } catch (error) {
      await opened.end()
      throw error
    }
  }

  /** @throws what says that it is lost, when nothing else does. */
  async function untilLost({ client, lost }: Connection): Promise<void> {
    const over = new AbortController()
    const isLost = lost.then(() => true)
    try {
      for (;;) {
        const asking = sleep(ASK_EVERY_MS, over.signal).then(() => false)
        if (await Promise.race([isLost, asking])) break
        const late = sleep(ANSWER_MS, over.signal).then(() => {
          throw new Error(`PostgreSQL did not answer a listening connection within ${ANSWER_MS} ms.`)
        })
        await Promise.race([client.query('select'), late])
      }
    } finally {
      over.abort()
    }
    if (!closing.signal.aborted) throw new Error('The connection that listened to PostgreSQL was lost.')
  }

  /** What is not needed any more never ends. */
  function sleep(ms: number, signal: AbortSignal): Promise<void> {
    return clock.sleep(ms, signal).catch(() => new Promise<void>(() => undefined))
  }

  async function pause(ms: number): Promise<void> {
    await clock.sleep(ms, closing.signal).catch(() => undefined) // Closed: there is nothing to wait for.
  }
}

async function open(options: ListenerOptions): Promise<Connection> {
  if ('pool' in options) {
    const client = await guarded(options.pool).connect()
    return connectionOf(client, () => {
      client.release?.(true)
      return Promise.resolve()
    })
  }
  const client = new Client({
    connectionString: options.connectionString,
    application_name: 'ytscriptify queue',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  client.on('error', () => undefined) // It ends, too, which is heard.
  await client.connect()
  return connectionOf(client, () => client.end())
}

function connectionOf(client: PostgresClient, end: () => Promise<void>): Connection {
  const lost = new Promise<void>((resolve) => {
    client.on('end', resolve)
    client.on('error', () => resolve())
  })
  let ended: Promise<void> | undefined
  return { client, lost, end: () => (ended ??= end()) }
}
