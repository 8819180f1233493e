// How much attempt time a job has used. Waiting, back-off, a closed gate and outages are not attempt time.
import type { Memory } from './memory.ts'
import type { TranscriptRow } from './rows.ts'

/** Adds the time of an attempt to what its job has used. A job that has used all of it has reached its deadline. */
export function chargeJob({ openJobsByDeadline }: Memory, row: TranscriptRow, now: number): void {
  const { job } = row
  job.usedMs += usedTimeOf(row, now)
  if (job.usedMs < job.input.timeoutMs || job.deadlineAt <= now) return
  openJobsByDeadline.remove(job)
  job.deadlineAt = now
  openJobsByDeadline.add(job)
}

/** It ends with the lease: what comes after that is the absence of the worker, or of everybody. */
function usedTimeOf({ state }: TranscriptRow, now: number): number {
  return state.status === 'processing' ? Math.min(now, state.leaseUntil) - state.claimedAt : 0
}
