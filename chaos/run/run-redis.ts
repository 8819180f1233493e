// The Redis of a run, and what can go wrong with it.
import { setTimeout as delay } from 'node:timers/promises'
import { startRedis } from '@ytscriptify/test-servers'
import { Redis } from 'ioredis'
import { createForger, type Forger } from '../cluster/forger.ts'

export interface RunRedis {
  readonly url: string
  readonly forger: Forger
  forgetAll(): Promise<void>
  /** Stops it with all that it has, and starts it again, empty. */
  stop(options: { readonly awayMs: number }): Promise<void>
  /** Takes no changes while `work` runs: whoever sends some waits, and is cut off at the end. */
  holdingChanges(work: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

export async function startRunRedis(): Promise<RunRedis> {
  const server = await startRedis()
  // What cannot be done while it is away need not be done later: it forgets everything then.
  const client = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 100 })
  client.on('error', () => undefined)
  const forger = createForger(client)

  return {
    url: server.url,
    forger,
    forgetAll: async () => void (await client.flushall()),
    async stop({ awayMs }) {
      await server.pause()
      await delay(awayMs)
      await server.resume()
    },
    async holdingChanges(work) {
      await client.call('CLIENT', 'PAUSE', '60000', 'WRITE')
      try {
        await work()
      } finally {
        await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
        await client.call('CLIENT', 'UNPAUSE')
      }
    },
    async close() {
      await forger.close()
      client.disconnect()
      await server.stop()
    },
  }
}
