// A job as it lies in memory, and how callers see it.
import { isJobEnded, type Job, type NewJob } from '@ytscriptify/core'
import type { JobRow } from './rows.ts'

export function createJobRow({ transcripts, ...input }: NewJob, now: number): JobRow {
  return {
    input: structuredClone(input),
    transcripts: [],
    counts: { total: transcripts.length, completed: 0, failed: 0, cancelled: 0 },
    dataBytes: 0,
    createdAt: now,
    status: 'pending',
    version: 1,
    usedMs: 0,
    deadlineAt: now + input.maxAgeMs,
    updatedAt: now,
    slot: -1,
  }
}

/** Makes a change visible: whoever follows the job by its version sees it. */
export function touch(job: JobRow, now: number): void {
  job.version += 1
  job.updatedAt = now
}

export const hasWorkLeft = ({ counts }: JobRow): boolean =>
  counts.completed + counts.failed + counts.cancelled < counts.total

export function toJob(row: JobRow): Job {
  const { maxAgeMs: _maxAgeMs, ...input } = row.input
  return {
    ...input,
    status: row.status,
    version: row.version,
    counts: { ...row.counts },
    dataBytes: row.dataBytes,
    ...(row.error && { error: row.error }),
    usedMs: row.usedMs,
    deadlineAt: new Date(row.deadlineAt),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    // An ended job never changes again, so that its last change is its end.
    ...(isJobEnded(row.status) && { endedAt: new Date(row.updatedAt) }),
  }
}
