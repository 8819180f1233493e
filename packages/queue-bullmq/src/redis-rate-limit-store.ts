// Counts requests in Redis, for several servers together.
import {
  systemClock,
  type Clock,
  type LimitWindow,
  type LimitWindowState,
  type RateLimitStore,
} from '@ytscriptify/core'
import type { Redis } from 'ioredis'
import { createHash } from 'node:crypto'
import { createFastConnection } from './fast-connection.ts'
import { checkConnection, type RedisConnection } from './redis-connection.ts'
import { DEFAULT_PREFIX, redisNames } from './redis-names.ts'

export interface RedisRateLimitStoreOptions {
  /** As for `bullmqQueue`. */
  readonly connection: RedisConnection
  /** What all keys begin with, in braces. @default 'ytscriptify' */
  readonly prefix?: string
  /**
   * How long a request waits for its count at most, in milliseconds. While Redis is away only one request in a second
   * waits that long. @default 500
   */
  readonly timeoutMs?: number
  /** Measures the time that requests wait. The windows have the clock of Redis. @default the system's clock */
  readonly clock?: Clock
}

export interface RedisRateLimitStore extends RateLimitStore {
  /** Ends the connection. Requests are counted no more. Calling it twice is fine. */
  close(): Promise<void>
}

/**
 * A {@link RateLimitStore} that several processes share. Its counts vanish by themselves when their windows are over.
 * While Redis is away it throws, within the time given or at once, and never counts anything twice.
 *
 * @throws {TypeError} when the prefix has braces, or the connection a `keyPrefix`.
 */
export function redisRateLimitStore(options: RedisRateLimitStoreOptions): RedisRateLimitStore {
  const { connection, prefix = DEFAULT_PREFIX, timeoutMs = 500, clock = systemClock } = options
  checkConnection(connection)
  const names = redisNames(prefix)
  const fast = createFastConnection({ connection, timeoutMs, clock })

  return {
    async take(windows) {
      if (windows.length === 0) return []
      const keys = windows.map(({ key }) => names.limitOf(key))
      const amounts = windows.flatMap(({ limit, windowMs }) => [limit, windowMs])
      return statesOf(windows, await fast.run((client) => runScript(client, keys, amounts)))
    },

    close() {
      fast.close()
      return Promise.resolve()
    },
  }
}

/**
 * Of each key: how many units were taken, and how long that counts yet. A key ends by itself, by the clock of Redis, so
 * that no other clock is asked. Nothing happens between the look at the windows and the taking, so of parallel requests
 * as many get through as there is room for. A key without an end, which no script of ours leaves behind, counts as none.
 */
const SCRIPT = `
local states, fits = {}, true
for i, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  local used = left >= 0 and tonumber(redis.call('GET', key)) or 0
  if used >= tonumber(ARGV[2 * i - 1]) then fits = false end
  states[2 * i - 1], states[2 * i] = used, left
end
if fits then
  for i, key in ipairs(KEYS) do
    if states[2 * i] >= 0 then redis.call('INCR', key) else redis.call('SET', key, 1, 'PX', ARGV[2 * i]) end
  end
end
states[#states + 1] = fits and 1 or 0
return states
`

const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex')

/** By its hash, which is shorter; a Redis that has not seen the script, or has forgotten it, is sent it. */
async function runScript(client: Redis, keys: readonly string[], amounts: readonly number[]): Promise<unknown> {
  try {
    return await client.evalsha(SCRIPT_SHA, keys.length, ...keys, ...amounts)
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
    return client.eval(SCRIPT, keys.length, ...keys, ...amounts)
  }
}

function statesOf(windows: readonly LimitWindow[], answer: unknown): LimitWindowState[] {
  if (!Array.isArray(answer) || answer.length !== 2 * windows.length + 1)
    throw new TypeError('Redis did not answer what the script for limits returns.')
  const numbers = answer.map(Number)
  const fits = numbers.at(-1) === 1
  return windows.map(({ limit, windowMs }, index) => {
    const [used = 0, leftMs = 0] = numbers.slice(2 * index, 2 * index + 2)
    return {
      allowed: used < limit,
      remaining: Math.max(0, limit - used - (fits ? 1 : 0)),
      resetMs: leftMs >= 0 ? leftMs : windowMs,
    }
  })
}
