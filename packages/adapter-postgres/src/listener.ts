// A connection that listens to a channel, and is made anew whenever it is lost.
import { Socket } from 'node:net'
import { Client } from 'pg'
import type { Clock } from '@ytscriptify/core'
import { createNotificationSender, type NotificationSender } from './notification-sender.ts'
import { guarded, type PostgresClient, type PostgresPool } from './postgres-pool.ts'

export type ListenerOptions =
  | { readonly connectionString: string }
  /** One of its connections is kept, from the first use until the queue is closed. */
  | { readonly pool: PostgresPool }

export interface ListenerParts {
  readonly channel: string
  readonly onText: (text: string) => void
  /** Called whenever it has begun to listen: what was told before that was not heard. */
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

/** How long it may take until it listens: a server that takes connections may still never answer. In milliseconds. */
const CONNECT_MS = 10_000

/** How long a server is given to take leave. In milliseconds. */
const LEAVE_MS = 1_000

interface Opening {
  readonly connecting: Promise<PostgresClient>
  /** Also while it still connects. What is under way on it rejects. */
  end(): Promise<void>
}

interface Connection {
  readonly sender: NotificationSender
  /** Resolves when it is lost, or was ended. */
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
      await connection.sender.send(text)
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
    while (!closing.signal.aborted) {
      try {
        const connecting = connect()
        waiting = connecting.then(
          () => undefined,
          () => undefined,
        )
        connection = await connecting
        pauseMs = FIRST_PAUSE_MS
        onConnected()
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
    const opening = 'pool' in options ? borrow(options.pool) : open(options.connectionString, clock)
    try {
      return await within(CONNECT_MS, listen(opening))
    } catch (error) {
      await opening.end()
      throw error
    }
  }

  async function listen({ connecting, end }: Opening): Promise<Connection> {
    const client = await connecting
    const connected = connectionOf(client, { channel, end })
    client.on('notification', ({ payload = '' }) => onText(payload))
    await client.query(`listen "${channel.replaceAll('"', '""')}"`)
    return connected
  }

  /** Gives up when the queue is closed, too. */
  async function within<T>(ms: number, work: Promise<T>): Promise<T> {
    const over = new AbortController()
    const late = clock.sleep(ms, AbortSignal.any([over.signal, closing.signal])).then(() => {
      throw new Error(`PostgreSQL did not give a connection that listens within ${ms} ms.`)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      over.abort()
    }
  }

  /** @throws what says that it is lost, when nothing else does. */
  async function untilLost({ sender, lost }: Connection): Promise<void> {
    const over = new AbortController()
    const isLost = lost.then(() => true)
    try {
      for (;;) {
        const asking = sleep(ASK_EVERY_MS, over.signal).then(() => false)
        if (await Promise.race([isLost, asking])) break
        const late = sleep(ANSWER_MS, over.signal).then(() => {
          throw new Error(`PostgreSQL did not answer a listening connection within ${ANSWER_MS} ms.`)
        })
        await Promise.race([sender.ask(), late])
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

/** From a pool that has none left, it may come when nobody waits for it any more. */
function borrow(pool: PostgresPool): Opening {
  const connecting = guarded(pool).connect()
  return {
    connecting,
    end() {
      connecting.then(
        (client) => client.release?.(true),
        () => undefined, // There is nothing to give back.
      )
      return Promise.resolve()
    },
  }
}

function open(connectionString: string, clock: Clock): Opening {
  // Ours, so that it can be closed when the other side is gone: the farewell of node-postgres waits for an answer.
  const socket = new Socket()
  const client = new Client({
    connectionString,
    application_name: 'ytscriptify queue',
    keepAlive: true,
    stream: () => socket,
  })
  client.on('error', () => undefined) // It ends, too, which is heard.
  const connecting = client.connect().then(() => client)
  return {
    connecting,
    async end() {
      const over = new AbortController()
      const late = clock.sleep(LEAVE_MS, over.signal).catch(() => undefined)
      await Promise.race([client.end().catch(() => undefined), late])
      over.abort()
      socket.destroy()
    },
  }
}

function connectionOf(
  client: PostgresClient,
  { channel, end }: { readonly channel: string; readonly end: () => Promise<void> },
): Connection {
  let ended: Promise<void> | undefined
  let lose = (): void => undefined
  const lost = new Promise<void>((resolve) => {
    lose = resolve
    client.on('end', resolve)
    client.on('error', () => resolve())
  })
  return {
    sender: createNotificationSender(client, channel),
    lost,
    end() {
      lose()
      return (ended ??= end())
    },
  }
}
