// How transcripts end, and with the last of them their job, and how its delivery comes to be.
import {
  JOB_MOVES,
  TRANSCRIPT_MOVES,
  endStatusOf,
  jobErrorOf,
  type ErrorRecord,
  type Job,
  type JobStatus,
  type Move,
  type TranscriptContent,
} from '@ytscriptify/core'
import { addDelivery } from './deliveries.ts'
import { hasWorkLeft, toJob, touch } from './job-row.ts'
import { laneOfRow, type Memory } from './memory.ts'
import { enter } from './transcript-row.ts'
import { forgetLoss } from './workers.ts'
import type { JobRow, TranscriptRow } from './rows.ts'

export function completeTranscript(
  memory: Memory,
  row: TranscriptRow,
  { content, fetchedAt, now }: { content: TranscriptContent; fetchedAt: number; now: number },
): void {
  const { data, ...rest } = content
  const result = { ...structuredClone(rest), fetchedAt: new Date(fetchedAt) }
  takeOut(memory, row)
  enter(row, { move: TRANSCRIPT_MOVES.complete, state: { status: 'completed', result, data }, now })
  delete row.error
  const positions = 1 + endDuplicates(row)
  row.job.counts.completed += positions
  row.job.dataBytes += positions * Buffer.byteLength(data)
  memory.reusable.add(row)
}

export function failTranscript(
  memory: Memory,
  row: TranscriptRow,
  {
    error,
    move,
    now,
  }: { error: ErrorRecord; move: typeof TRANSCRIPT_MOVES.fail | typeof TRANSCRIPT_MOVES.expire; now: number },
): void {
  takeOut(memory, row)
  enter(row, { move, state: { status: 'failed' }, now })
  row.error = error
  row.job.counts.failed += 1 + endDuplicates(row)
}

export function cancelTranscript(memory: Memory, row: TranscriptRow, now: number): void {
  takeOut(memory, row)
  enter(row, { move: TRANSCRIPT_MOVES.cancel, state: { status: 'cancelled' }, now })
  row.attempt += 1
  row.job.counts.cancelled += 1 + endDuplicates(row)
}

/** Ends the job when nothing of it is left. */
export function endJobIfDone(memory: Memory, job: JobRow, now: number): Job | undefined {
  if (hasWorkLeft(job)) return undefined
  switch (endStatusOf(job.counts)) {
    case 'completed':
      return endJob(memory, job, { move: JOB_MOVES.complete, now })
    case 'failed':
      return endJob(memory, job, { move: JOB_MOVES.fail, error: failureOf(job), now })
    case 'cancelled':
      return endJob(memory, job, { move: JOB_MOVES.cancel, now })
  }
}

/** Ends a job, and inserts its delivery: there is no end without the one, and no second end. */
export function endJob(
  memory: Memory,
  job: JobRow,
  { move, error, now }: { move: Move<JobStatus>; error?: Pick<ErrorRecord, 'code' | 'message'>; now: number },
): Job {
  const { id, callbackUrl } = job.input
  if (!move.from.includes(job.status)) throw new Error(`Job ${id} is ${job.status}: it cannot become ${move.to}.`)
  job.status = move.to
  if (error) job.error = error
  touch(job, now)
  memory.openJobsByDeadline.remove(job)
  memory.jobsByEnd.add(job)
  if (callbackUrl !== undefined) addDelivery(memory, { jobId: id, url: callbackUrl, type: `job.${move.to}` }, now)
  return toJob(job)
}

/** Takes an original out of everything that would find it again for work. */
function takeOut(memory: Memory, row: TranscriptRow): void {
  if (row.state.status === 'pending') laneOfRow(memory, row).remove(row)
  memory.leased.delete(row)
  forgetLoss(memory, row)
}

/** @returns how many there are. */
function endDuplicates({ duplicates, state, error, updatedAt }: TranscriptRow): number {
  for (const duplicate of duplicates) {
    duplicate.state = state
    duplicate.updatedAt = updatedAt
    if (error) duplicate.error = error
  }
  return duplicates.length
}

/** Why a job failed: what its first video failed of. */
function failureOf({ transcripts, counts }: JobRow): Pick<ErrorRecord, 'code' | 'message'> {
  const first = transcripts.find(({ state, error }) => state.status === 'failed' && error)?.error
  if (!first) throw new Error('A job failed although none of its videos did.')
  const { code, message } = first
  return jobErrorOf({ code, message }, counts.total)
}
