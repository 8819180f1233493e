// Deletes what ended long ago, a few jobs at a time, so that everything else goes on in between.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { InputIssue } from './errors.ts'
import type { TranscriptionEmitter } from './events.ts'
import type { TranscriptionStorage } from './storage.ts'

export interface PurgeParts {
  readonly storage: TranscriptionStorage
  readonly events: TranscriptionEmitter
  /** How long ago a job has ended at least, in milliseconds. */
  readonly olderThanMs: number
  /** Ends the purge after the chunk in hand. */
  readonly signal?: AbortSignal
}

/** @returns how many jobs were deleted. */
export async function purgeJobs({ storage, events, olderThanMs, signal }: PurgeParts): Promise<number> {
  let purged = 0
  while (!signal?.aborted) {
    const count = await storage.purgeJobs({ olderThanMs, limit: CHUNK })
    if (count === 0) break
    purged += count
    events.emit('jobs.purged', { count })
    // SQLite answers without a turn of the event loop: nothing else would be done until the last chunk.
    await nextTurn()
  }
  return purged
}

/** What is wrong with an age at which jobs are deleted. */
export function ageIssueOf(name: string, ms: number, { atLeast = 0 } = {}): InputIssue | undefined {
  if (ms >= atLeast && ms <= MAX_AGE_MS) return undefined
  const message = `${ms} is not a number of milliseconds from ${atLeast} to ${MAX_AGE_MS}`
  return { path: [name], code: 'invalid_input', message }
}

/** A hundred years: what ended before that is a moment that not every database can say. */
const MAX_AGE_MS = 100 * 365 * 24 * 60 * 60_000

/** Jobs of one change: enough to make its cost small, few enough that nobody waits long for it. */
const CHUNK = 50
