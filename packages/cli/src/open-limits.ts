// Where requests are counted: in Redis where there is one, for all servers together; else in this process.
import type { RateLimitStore } from '@ytscriptify/core'
import type { Settings } from './settings/settings.ts'

export interface OpenedLimits {
  /** Absent where this process counts for itself. */
  readonly store?: RateLimitStore
  close(): Promise<void>
}

export async function openLimits({ redisUrl }: Settings): Promise<OpenedLimits> {
  if (redisUrl === undefined) return { close: () => Promise.resolve() }
  const { redisRateLimitStore } = await import('@ytscriptify/queue-bullmq')
  const store = redisRateLimitStore({ connection: redisUrl })
  return { store, close: () => store.close() }
}
