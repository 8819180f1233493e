// Opens connections to Redis: some that fail fast, for whoever must not wait, and some that last, for whoever only waits.
import { Redis, type RedisOptions } from 'ioredis'

/** Where Redis is: a URL (`redis://…`, `rediss://…` for TLS), options of ioredis (Sentinel and TLS are among them), or a client, which is duplicated and never closed. */
export type RedisConnection = string | RedisOptions | Redis

/** What becomes of commands while Redis is away. */
export type ConnectionKind = Pick<
  RedisOptions,
  | 'lazyConnect'
  | 'enableOfflineQueue'
  | 'autoResendUnfulfilledCommands'
  | 'maxRetriesPerRequest'
  | 'commandTimeout'
  | 'socketTimeout'
>

/** What makes a connection fail fast: nothing waits for Redis to come back. */
export const FAST: ConnectionKind = {
  lazyConnect: true,
  enableOfflineQueue: false,
  // Nothing is sent twice: of a command whose answer was lost nobody knows whether it was carried out.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // Its own is endless: against a server that takes connections and answers nothing, the handshake would never end.
  commandTimeout: 1_000,
}

/** What makes a connection last: whatever happens to Redis, it goes on waiting for it. */
export const LASTING: ConnectionKind = {
  lazyConnect: false,
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  // A server that takes connections and answers nothing is left for another try. Longer than BullMQ ever blocks.
  socketTimeout: 15_000,
}

/** Opens a connection of a kind. What its owner set is kept, except for retries and time-outs. */
export function openConnection(connection: RedisConnection, kind: ConnectionKind): Redis {
  const options = { ...COMMON, ...kind }
  if (typeof connection === 'string') return new Redis(connection, options)
  if (isClient(connection)) return connection.duplicate(options)
  return new Redis({ ...connection, ...options })
}

/** @throws {TypeError} when the connection has settings that cannot be kept, so that it is said before anything is opened. */
export function checkConnection(connection: RedisConnection): void {
  if (typeof connection === 'string') return
  const { keyPrefix } = isClient(connection) ? connection.options : connection
  if (keyPrefix)
    throw new TypeError(
      `A connection with keyPrefix "${keyPrefix}" does not go with BullMQ: give it as \`prefix\` instead.`,
    )
}

/**
 * Ends a connection, and whatever waits on it. A client that is waiting to reconnect only stops to do so when it is
 * disconnected, and leaves what waits waiting for ever; one last try to connect makes it end.
 */
export function endConnection(client: Redis): void {
  const isWaiting = client.status === 'reconnecting'
  client.disconnect()
  if (!isWaiting) return
  client.connect().then(
    () => client.disconnect(),
    () => undefined, // It has ended, as it was to.
  )
}

/** By its shape: the client may come from another copy of ioredis than ours. */
function isClient(connection: RedisOptions | Redis): connection is Redis {
  return 'duplicate' in connection && typeof connection.duplicate === 'function'
}

const COMMON = {
  replyMapping: 'legacy',
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 2_000),
  // A replica that was the master until a moment ago: the next connection leads to the new one.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  connectTimeout: 5_000,
  keepAlive: 10_000,
  // How long a peer may take to close its side.
  disconnectTimeout: 250,
} as const satisfies RedisOptions
