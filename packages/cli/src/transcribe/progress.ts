// How far some jobs are, whoever works on them: counted from the storage, and at once after an event of this process.
import { isJobEnded, type Job, type TranscriptionEmitter, type TranscriptionStorage } from '@ytscriptify/core'

/** How far it is at one moment. */
export interface ProgressSnapshot {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly cancelled: number
  /** Ids of the videos that this process is asking for. */
  readonly running: readonly string[]
  /** Until when the source has sent us away, in milliseconds since 1970. */
  readonly closedUntil?: number
}

export interface ProgressParts {
  readonly jobs: readonly Job[]
  readonly storage: TranscriptionStorage
  readonly events: TranscriptionEmitter
  readonly running: () => readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Progress {
  /** Reads what may have changed: after an event only its job, from time to time all that have not ended. */
  refresh(): Promise<void>
  snapshot(): ProgressSnapshot
}

/** How long a change by another process goes unseen at most. */
const FULL_REFRESH_MS = 1_000

export function createProgress({ jobs, storage, events, running, now }: ProgressParts): Progress {
  const known = new Map(jobs.map((job) => [job.id, job]))
  const changed = new Set<string>()
  let refreshedAt = -Infinity
  let closedUntil: number | undefined

  for (const name of ['transcript.completed', 'transcript.failed'] as const)
    events.on(name, ({ jobId }) => void changed.add(jobId))
  events.on('gate.closed', ({ until }) => void (closedUntil = until.getTime()))
  events.on('gate.opened', () => void (closedUntil = undefined))

  return {
    async refresh() {
      const isFull = now() - refreshedAt >= FULL_REFRESH_MS
      if (isFull) {
        refreshedAt = now()
        closedUntil = await longestClosing()
      }
      const due = [...known.values()].filter(({ id, status }) => !isJobEnded(status) && (isFull || changed.has(id)))
      changed.clear()
      for (const { id } of due) {
        const job = await storage.getJob({ id })
        if (job) known.set(id, job)
      }
    },

    snapshot() {
      const all = [...known.values()]
      const sum = (count: 'total' | 'completed' | 'failed' | 'cancelled'): number =>
        all.reduce((total, { counts }) => total + counts[count], 0)
      return {
        total: sum('total'),
        completed: sum('completed'),
        failed: sum('failed'),
        cancelled: sum('cancelled'),
        running: running(),
        ...(closedUntil !== undefined && closedUntil > now() && { closedUntil }),
      }
    },
  }

  async function longestClosing(): Promise<number | undefined> {
    const sources = new Set(jobs.map(({ source }) => source))
    const gates = (await storage.listGates()).filter(({ source }) => sources.has(source))
    const closings = gates.map((gate) => gate.closedUntil ?? 0)
    return closings.length > 0 ? Math.max(...closings) : undefined
  }
}
