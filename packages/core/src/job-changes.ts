// What changes about jobs, whoever makes the change: this process says it by its events, others by notes.
import { createAnnouncer, type Announcer } from './announcer.ts'
import type { Clock } from './clock.ts'
import type { TranscriptionEmitter } from './events.ts'
import type { Job } from './job.ts'
import type { JobNote, JobQueue } from './queue.ts'

/** Like a note: it may come too often, or not at all. Whoever hears of a change looks at the storage. */
export type OnJobChange = (note: JobNote) => void

/** The changes of jobs that a service and its workers hear of, and what they tell others. */
export interface JobChanges {
  /** Calls `listener` for each change of one job. @returns takes the listener back. */
  of(jobId: string, listener: OnJobChange): () => void
  /** Calls `listener` for each change of any job. @returns takes the listener back. */
  all(listener: OnJobChange): () => void
  /** Tells others what they have not been told yet, and hears nothing any more. Calling it twice is fine. */
  close(): Promise<void>
}

/** Announces from now on what this process changes; follows the others once somebody listens. Both only over a queue that carries notes. */
export function createJobChanges({
  queue,
  events,
  clock,
}: {
  readonly queue: JobQueue
  readonly events: TranscriptionEmitter
  readonly clock: Clock
}): JobChanges {
  const ofJob = new Map<string, Set<OnJobChange>>()
  const ofAll = new Set<OnJobChange>()
  const closing = new AbortController()
  const announcer = createAnnouncerOn(queue)
  const stopListening = onOwnChanges(events, (note) => {
    hear(note)
    announcer?.tell(note)
  })
  let following: Promise<void> | undefined
  let closed: Promise<void> | undefined

  return {
    of(jobId, listener) {
      follow()
      const listeners = ofJob.get(jobId) ?? new Set()
      ofJob.set(jobId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && ofJob.get(jobId) === listeners) ofJob.delete(jobId)
      }
    },

    all(listener) {
      follow()
      ofAll.add(listener)
      return () => void ofAll.delete(listener)
    },

    close() {
      closed ??= close()
      return closed
    },
  }

  function hear(note: JobNote): void {
    for (const listener of ofJob.get(note.jobId) ?? []) listener(note)
    for (const listener of ofAll) listener(note)
  }

  function follow(): void {
    if (!closing.signal.aborted) following ??= followOthers()
  }

  async function followOthers(): Promise<void> {
    try {
      await queue.follow?.(hear, { signal: closing.signal })
    } catch (error) {
      // Without notes the changes of others are seen later, by looking.
      events.emit('engine.error', { error, during: 'follow' })
    }
  }

  function createAnnouncerOn({ announce }: JobQueue): Announcer | undefined {
    if (!announce) return undefined
    return createAnnouncer({
      announce: (note) => announce.call(queue, note),
      clock,
      onError: (error) => events.emit('engine.error', { error, during: 'announce' }),
    })
  }

  async function close(): Promise<void> {
    stopListening()
    closing.abort()
    await Promise.all([announcer?.close(), following])
  }
}

function onOwnChanges(events: TranscriptionEmitter, tell: OnJobChange): () => void {
  const onJob = ({ job }: { job: Job }): void => tell({ jobId: job.id })
  const onPart = ({ jobId }: { jobId: string }): void => tell({ jobId })
  const stops = [
    events.on('job.processing', onPart),
    events.on('transcript.completed', onPart),
    events.on('transcript.failed', onPart),
    events.on('transcript.retrying', onPart),
    events.on('job.completed', onJob),
    events.on('job.failed', onJob),
    events.on('job.cancelled', ({ job }) => tell({ jobId: job.id, cancelled: true })),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
