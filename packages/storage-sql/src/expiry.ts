// What is overdue, and what becomes of it. Pure: it is told what stands in the rows.
import { TRANSCRIPT_MOVES } from '@ytscriptify/core'
import { moved, usedMsOf, type TranscriptChange } from './change-transcripts.ts'
import { deadlineErrorOf, workerLostErrorOf } from './overdue-errors.ts'
import { errorColumns, type JobRow, type TranscriptRow } from './row-mapping.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export interface Circumstances {
  readonly now: number
  readonly instant: SqlDialectTraits['instant']
  readonly maxCrashes: number
  /** The workers that are not lost. */
  readonly alive: ReadonlySet<string>
}

export interface Expiry extends TranscriptChange {
  /** Whether its lease had run out. */
  readonly reclaimed: boolean
}

/**
 * The changes of open transcripts whose lease, worker or job has run out.
 *
 * Leases come first, since the time that they have used may be the last that their job had.
 */
export function expiriesOf(
  rows: readonly TranscriptRow[],
  jobs: ReadonlyMap<string, JobRow>,
  circumstances: Circumstances,
): readonly Expiry[] {
  const steps = rows.map((row) => reclaimed(row, circumstances))
  const used = new Map<string, number>()
  for (const { before, usedMs = 0 } of steps) used.set(before.job_id, (used.get(before.job_id) ?? 0) + usedMs)

  return steps.flatMap((step) => {
    const job = jobs.get(step.before.job_id)
    if (!job) return []
    const after = ended(step.after, afterUse(job, used.get(job.id) ?? 0, circumstances), circumstances)
    return after === step.before ? [] : [{ ...step, after }]
  })
}

/** Whether a job has reached its deadline when its attempts have used so much more time. */
export function isOverdue(
  job: JobRow,
  usedMs: number,
  { now, instant }: Pick<Circumstances, 'now' | 'instant'>,
): boolean {
  return instant.decode(job.deadline_at) <= now || Number(job.used_ms) + usedMs >= Number(job.timeout_ms)
}

export function isLeaseOver(
  { status, lease_until }: Pick<TranscriptRow, 'status' | 'lease_until'>,
  { now, instant }: Pick<Circumstances, 'now' | 'instant'>,
): boolean {
  return status === 'processing' && lease_until !== null && instant.decode(lease_until) <= now
}

/** Its worker is dead, paused or cut off. Which of them is not known yet, so the crash is counted until it comes back. */
function reclaimed(row: TranscriptRow, circumstances: Circumstances): Expiry {
  if (!isLeaseOver(row, circumstances)) return { before: row, after: row, reclaimed: false }
  const moment = circumstances.instant.encode(circumstances.now)
  const after = moved(row, TRANSCRIPT_MOVES.reclaim, {
    crashes: row.crashes + 1,
    lost_by: row.claimed_by,
    run_at: moment,
    rank_at: moment,
    updated_at: moment,
  })
  return { before: row, after, usedMs: usedMsOf(row, circumstances), reclaimed: true }
}

interface UsedJob {
  readonly job: JobRow
  readonly isOverdue: boolean
}

const afterUse = (job: JobRow, usedMs: number, circumstances: Circumstances): UsedJob => ({
  job: { ...job, used_ms: Number(job.used_ms) + usedMs },
  isOverdue: isOverdue(job, usedMs, circumstances),
})

function ended(row: TranscriptRow, { job, isOverdue }: UsedJob, circumstances: Circumstances): TranscriptRow {
  const { now, instant, maxCrashes, alive } = circumstances
  const isLost =
    row.status === 'pending' && row.crashes >= maxCrashes && (row.lost_by === null || !alive.has(row.lost_by))
  if (!isLost && !isOverdue) return row
  const error = isLost ? workerLostErrorOf(row) : deadlineErrorOf(row, job, instant)
  return moved(row, TRANSCRIPT_MOVES.expire, {
    ...errorColumns(error),
    lost_by: null,
    updated_at: instant.encode(now),
  })
}
