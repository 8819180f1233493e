// Follows a job from snapshot to snapshot: whoever makes its changes, wherever.
import type { Clock } from './clock.ts'
import { isTranscriptionError } from './errors.ts'
import type { TranscriptionEmitter } from './events.ts'
import { isJobEnded, type Job } from './job.ts'
import type { JobChanges } from './job-changes.ts'
import { createWaker } from './waker.ts'

/** How long a change goes unnoticed at most, in milliseconds. One of which this process is told is noticed at once. */
const POLL_MS = 1_000

export interface WatchOptions {
  readonly id: string
  readonly changes: JobChanges
  readonly events: TranscriptionEmitter
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/** Yields the job now and after each change of its version, until it has ended. */
export async function* watchJob(
  read: () => Promise<Job>,
  { id, changes, events, clock, signal = new AbortController().signal }: WatchOptions,
): AsyncGenerator<Job> {
  const waker = createWaker(clock)
  const stopListening = changes.of(id, () => waker.wake())
  try {
    let seen = -1
    for (;;) {
      signal.throwIfAborted()
      const job = await readAgain(seen)
      if (job && job.version !== seen) yield job
      if (job && isJobEnded(job.status)) return
      seen = job?.version ?? seen
      await waker.wait({ ms: POLL_MS, signal })
    }
  } finally {
    stopListening()
  }

  /** Once the job has been seen, a storage that is away for a while does not end the wait: workers wait for it too. */
  async function readAgain(seen: number): Promise<Job | undefined> {
    try {
      return await read()
    } catch (error) {
      if (seen < 0 || !isTranscriptionError(error, 'storage_unavailable')) throw error
      events.emit('engine.error', { error, during: 'watch' })
      return undefined
    }
  }
}
