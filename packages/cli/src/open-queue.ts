// How workers hear of work at once: through Redis where there is one, else through PostgreSQL; on SQLite they look by themselves.
import type { JobQueue } from '@ytscriptify/core'
import { lazyQueue } from './lazy-queue.ts'
import type { Settings } from './settings/settings.ts'

export interface QueueOptions {
  /** Told of what the transport cannot do; it goes on by itself. */
  readonly onError: (error: unknown) => void
}

/** The queue that the settings ask for, connecting by itself; none where the engine's own, which polls, does. */
export function queueOf({ redisUrl, database }: Settings, { onError }: QueueOptions): JobQueue | undefined {
  if (redisUrl !== undefined) {
    return lazyQueue(async () => {
      const { bullmqQueue } = await import('@ytscriptify/queue-bullmq')
      return bullmqQueue({ connection: redisUrl, onError })
    })
  }
  if (database.type === 'sqlite') return undefined
  const { connectionString, schema } = database
  return lazyQueue(async () => {
    const { postgresQueue } = await import('@ytscriptify/adapter-postgres')
    // Those who share the tables share the channel; a database may have several schemas with tables of ours.
    return postgresQueue({
      connectionString,
      onError,
      ...(schema !== undefined && { channel: `ytscriptify_${schema}` }),
    })
  })
}
