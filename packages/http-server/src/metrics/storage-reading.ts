// What the storage says of itself, asked when metrics are asked for: at most once in a few seconds, whoever asks.
import type { Clock, ServiceStats, TranscriptionService, WorkerRecord } from '@ytscriptify/core'
import { answeredInTime } from '../answered-in-time.ts'

/** What the storage said last. */
export interface StorageReading {
  readonly stats: ServiceStats
  readonly workers: readonly WorkerRecord[]
}

export interface ReadingOptions {
  readonly service: Pick<TranscriptionService, 'stats' | 'workers'>
  readonly clock: Clock
  /** How long a question may take, in milliseconds. */
  readonly waitMs: number
  /** How long an answer, and a failure, is given again, in milliseconds. */
  readonly freshMs: number
  readonly onError: (error: unknown) => void
}

/**
 * Makes the function that reads. Those who ask at the same time share one question, so that any number of scrapers loads the
 * storage no more than one.
 *
 * @returns `undefined` while the storage is away.
 */
export function storageReader(options: ReadingOptions): () => Promise<StorageReading | undefined> {
  const { service, clock, waitMs, freshMs, onError } = options
  let asking: Promise<StorageReading | undefined> | undefined
  let staleAt = -Infinity

  return () => {
    if (asking && clock.monotonic() < staleAt) return asking
    // Nobody asks again before it is known how this question ends.
    staleAt = Infinity
    asking = read().finally(() => (staleAt = clock.monotonic() + freshMs))
    return asking
  }

  async function read(): Promise<StorageReading | undefined> {
    try {
      const question = Promise.all([service.stats(), service.workers()])
      const [stats, workers] = await answeredInTime(question, { ms: waitMs, clock })
      return { stats, workers }
    } catch (error) {
      onError(error)
      return undefined
    }
  }
}
