// Whether Redis is there, for whoever wants to know before anything depends on it.
import { systemClock, type Clock } from '@ytscriptify/core'
import { createFastConnection } from './fast-connection.ts'
import { checkConnection, type RedisConnection } from './redis-connection.ts'

export interface PingRedisOptions {
  /** As for `bullmqQueue`. */
  readonly connection: RedisConnection
  /** How long the answer may take, in milliseconds. @default 2_000 */
  readonly timeoutMs?: number
  /** @default the system's clock */
  readonly clock?: Clock
}

/**
 * Asks Redis for a sign of life, on a connection of its own that is ended afterwards.
 *
 * @throws whatever keeps it from answering; a `TypeError` when the connection has a `keyPrefix`.
 */
export async function pingRedis({
  connection,
  timeoutMs = 2_000,
  clock = systemClock,
}: PingRedisOptions): Promise<void> {
  checkConnection(connection)
  const fast = createFastConnection({ connection, timeoutMs, clock })
  try {
    await fast.run((client) => client.ping())
  } finally {
    fast.close()
  }
}
