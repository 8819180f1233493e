// A connection for what must not wait: a command is answered within a bound, or fails; and while Redis is known to be
// away, it fails at once.
import type { Clock } from '@ytscriptify/core'
import type { Redis } from 'ioredis'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FAST, endConnection, openConnection, type RedisConnection } from './redis-connection.ts'

export interface FastConnection {
  /**
   * Runs commands. The first one opens the connection.
   *
   * @throws whatever Redis says against them, or what keeps it from saying anything, within the bound. For a second after
   *   such a fault it throws that at once, unless Redis has come back; then one caller in each second tries.
   */
  run<T>(commands: (client: Redis) => Promise<T>): Promise<T>
  /** Whether Redis answers, as far as is known. Opens the connection, and makes sure from time to time. */
  isAnswering(): boolean
  /** Ends the connection; what runs fails. Calling it twice is fine. */
  close(): void
}

export interface FastConnectionOptions {
  readonly connection: RedisConnection
  /** In milliseconds. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** Called with each error of the connection itself, also where no command is concerned. */
  readonly onConnectionError?: (error: unknown) => void
  /** Called once, when Redis was reached for the first time. */
  readonly onFirstReady?: (client: Redis) => void
}

export function createFastConnection(options: FastConnectionOptions): FastConnection {
  const { connection, timeoutMs, clock, onConnectionError, onFirstReady } = options
  const waiting = new Set<() => void>()
  let opened: Redis | undefined
  let isClosed = false
  /** Why Redis counts as away, and when the next caller may try. */
  let fault: { readonly error: unknown; tryAt: number } | undefined
  let connectionError: unknown
  let lookedAt = -Infinity

  async function run<T>(commands: (client: Redis) => Promise<T>): Promise<T> {
    if (isClosed) throw new Error('The connection to Redis is closed.')
    if (fault) {
      const now = clock.monotonic()
      if (now < fault.tryAt) throw fault.error
      // Whoever else comes meanwhile does not wait beside this one.
      fault.tryAt = now + RETRY_MS
    }
    const client = (opened ??= open())
    try {
      const answer = await inTime(async (signal) => {
        await ready(client, signal)
        return commands(client)
      })
      answered()
      return answer
    } catch (error) {
      if (isAnswer(error)) answered()
      else fault = { error, tryAt: clock.monotonic() + RETRY_MS }
      throw error
    }
  }

  return {
    run,

    isAnswering() {
      if (isClosed) return false
      if (clock.monotonic() - lookedAt > LOOK_AGAIN_MS) {
        lookedAt = clock.monotonic()
        run((client) => client.ping()).catch(() => undefined) // That it failed is remembered.
      }
      return opened?.status === 'ready' && fault === undefined
    },

    close() {
      if (isClosed) return
      isClosed = true
      if (opened) endConnection(opened)
    },
  }

  function open(): Redis {
    const client = openConnection(connection, FAST)
    client.on('error', (error) => {
      connectionError = error
      if (!isClosed) onConnectionError?.(error)
      for (const goOn of waiting) goOn()
    })
    client.once('ready', () => onFirstReady?.(client))
    client.on('ready', () => {
      connectionError = fault = undefined
      for (const goOn of waiting) goOn()
    })
    client.connect().catch(() => undefined) // It is tried again by itself, and the error was told already.
    return client
  }

  /** Waits until commands can be sent. @throws when the connection fails, or nobody waits for it any more. */
  async function ready(client: Redis, signal: AbortSignal): Promise<void> {
    if (client.status === 'ready') return
    await new Promise<void>((resolve) => {
      const goOn = (): void => void (waiting.delete(goOn), resolve())
      waiting.add(goOn)
      signal.addEventListener('abort', goOn, { once: true })
    })
    signal.throwIfAborted()
    if (isClosed) throw new Error('The connection to Redis is closed.')
    if (connectionError instanceof Error) throw connectionError
  }

  async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController()
    try {
      return await Promise.race([work(over.signal), timeUp(over.signal)])
    } finally {
      over.abort(NOBODY_WAITS)
    }
  }

  async function timeUp(signal: AbortSignal): Promise<never> {
    await clock.sleep(timeoutMs, signal)
    // A process that was busy for so long has the answer already, and reads it only now.
    await nextTurn()
    const reason = connectionError instanceof Error ? `: ${connectionError.message}` : '.'
    throw new Error(`Redis did not answer within ${timeoutMs} ms${reason}`, { cause: connectionError })
  }

  function answered(): void {
    fault = undefined
    lookedAt = clock.monotonic()
  }
}

/** Without a stack that nobody reads. */
const NOBODY_WAITS = 'nobody waits any more'

/** Redis said no: that is an answer. */
const isAnswer = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError'

/** How long nobody waits for a Redis that was found to be away, in milliseconds. */
const RETRY_MS = 1_000

/** How old an answer may be that still counts as one of now, in milliseconds. */
const LOOK_AGAIN_MS = 1_000
