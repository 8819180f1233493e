// What is overdue: leases that have run out, videos that keep killing their workers, jobs past their deadline.
import {
  TRANSCRIPT_MOVES,
  deadlineErrorOf,
  workerLostErrorOf,
  type ErrorRecord,
  type ExpireOptions,
  type ExpireResult,
  type ExpiredTranscript,
  type Job,
  type Lease,
} from '@ytscriptify/core'
import { endJobIfDone, failTranscript } from './ending.ts'
import { touch } from './job-row.ts'
import { allLanes, type Memory } from './memory.ts'
import { postpone } from './postponing.ts'
import { isOpenOriginal } from './transcript-row.ts'
import { chargeJob } from './used-time.ts'
import { forgetOldWorkers, isDead, markLost } from './workers.ts'
import type { TranscriptRow } from './rows.ts'

export function expire(memory: Memory, { maxCrashes, limit }: ExpireOptions): ExpireResult {
  const now = memory.now()
  const reclaimed = reclaimAll(memory, { limit, now })
  const ended = failOverdue(memory, { maxCrashes, limit: limit - reclaimed.length, now })
  forgetOldWorkers(memory, now)
  return { reclaimed, ...ended, ...nextLeaseEnd(memory, now) }
}

function nextLeaseEnd({ leased }: Memory, now: number): Pick<ExpireResult, 'nextLeaseEndMs'> {
  let next = Infinity
  for (const { state } of leased) if (state.status === 'processing') next = Math.min(next, state.leaseUntil)
  return next === Infinity ? {} : { nextLeaseEndMs: Math.max(0, next - now) }
}

function reclaimAll(memory: Memory, { limit, now }: { limit: number; now: number }): Lease[] {
  const reclaimed: Lease[] = []
  for (const row of memory.leased) {
    if (reclaimed.length >= limit) break
    if (row.state.status !== 'processing' || row.state.leaseUntil > now) continue
    reclaim(memory, row, { worker: row.state.worker, now })
    reclaimed.push({ transcriptId: row.id, attempt: row.attempt })
  }
  return reclaimed
}

/** Its worker is dead, paused or cut off. Which of them is not known yet, so the crash is counted until it comes back. */
function reclaim(memory: Memory, row: TranscriptRow, { worker, now }: { worker: string; now: number }): void {
  chargeJob(memory, row, now)
  row.crashes += 1
  markLost(memory, row, worker)
  postpone(memory, row, { move: TRANSCRIPT_MOVES.reclaim, runAt: now, rankAt: now, now })
  touch(row.job, now)
}

type FailOptions = ExpireOptions & { readonly now: number }

function failOverdue(memory: Memory, { maxCrashes, limit, now }: FailOptions): Omit<ExpireResult, 'reclaimed'> {
  const failed: ExpiredTranscript[] = []
  const endedJobs: Job[] = []
  for (const { row, error } of overdue(memory, { maxCrashes, now })) {
    if (failed.length >= limit) break
    const { job, position, input } = row
    failTranscript(memory, row, { error, move: TRANSCRIPT_MOVES.expire, now })
    failed.push({ jobId: job.input.id, position, videoId: input.videoId, error })
    const endedJob = endJobIfDone(memory, job, now)
    if (endedJob) endedJobs.push(endedJob)
    else touch(job, now)
  }
  return { failed, endedJobs }
}

interface Overdue {
  readonly row: TranscriptRow
  readonly error: ErrorRecord
}

/** One after the other, as each is ended before the next is looked for. */
function* overdue(memory: Memory, { maxCrashes, now }: Omit<FailOptions, 'limit'>): Generator<Overdue> {
  const crashed = allLanes(memory).flatMap((lane) => [...lane.crashed(maxCrashes)])
  for (const row of crashed) {
    if (row.lostBy === undefined || isDead(memory, row.lostBy, now))
      yield { row, error: workerLostErrorOf({ crashes: row.crashes, last: row.error }) }
  }
  const { openJobsByDeadline } = memory
  for (let job = openJobsByDeadline.peek(); job && job.deadlineAt <= now; job = openJobsByDeadline.peek()) {
    const { usedMs, input } = job
    const deadlineAt = new Date(job.deadlineAt)
    for (const row of job.transcripts) {
      if (isOpenOriginal(row)) yield { row, error: deadlineErrorOf({ ...input, usedMs, deadlineAt, last: row.error }) }
    }
  }
}
