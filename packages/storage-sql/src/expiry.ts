// What is overdue, and what becomes of it. Pure: it is told what stands in the rows.
import { TRANSCRIPT_MOVES, deadlineErrorOf, workerLostErrorOf } from '@ytscriptify/core'
import { moved, usedMsOf, type TranscriptChange } from './change-transcripts.ts'
import type { JobRow, TranscriptState } from './columns.ts'
import { errorColumns, toError } from './row-mapping.ts'
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
  rows: readonly TranscriptState[],
  jobs: ReadonlyMap<string, JobRow>,
  circumstances: Circumstances,
): readonly Expiry[] {
  const steps = rows.map((row) => ({ row, reclaim: reclaimOf(row, circumstances) }))
  const used = new Map<string, number>()
  for (const { row, reclaim } of steps) used.set(row.job_id, (used.get(row.job_id) ?? 0) + (reclaim?.usedMs ?? 0))

  return steps.flatMap(({ row, reclaim }): readonly Expiry[] => {
    const job = jobs.get(row.job_id)
    const end = job && endOf(reclaim?.after ?? row, usedMore(job, used.get(job.id) ?? 0), circumstances)
    if (!reclaim) return end ? [{ ...end, reclaimed: false }] : []
    // Both at once: from what the row was to how it ended.
    const values = { ...reclaim.values, ...end?.values }
    return [{ ...reclaim, values, after: { ...row, ...values }, reclaimed: true }]
  })
}

const usedMore = (job: JobRow, usedMs: number): JobRow => ({ ...job, used_ms: Number(job.used_ms) + usedMs })

type Moment = Pick<Circumstances, 'now' | 'instant'>

/** Whether a job has no time left: it is too old, or its attempts have used it up. */
export const isOverdue = (job: JobRow, { now, instant }: Moment): boolean =>
  instant.decode(job.deadline_at) <= now || Number(job.used_ms) >= Number(job.timeout_ms)

export function isLeaseOver(
  { status, lease_until }: Pick<TranscriptState, 'status' | 'lease_until'>,
  { now, instant }: Moment,
): boolean {
  return status === 'processing' && lease_until !== null && instant.decode(lease_until) <= now
}

/** Its worker is dead, paused or cut off. Which of them is not known yet, so the crash is counted until it comes back. */
function reclaimOf(row: TranscriptState, circumstances: Circumstances): TranscriptChange | undefined {
  if (!isLeaseOver(row, circumstances)) return undefined
  const moment = circumstances.instant.encode(circumstances.now)
  const change = moved(row, TRANSCRIPT_MOVES.reclaim, {
    crashes: row.crashes + 1,
    lost_by: row.claimed_by,
    run_at: moment,
    rank_at: moment,
    updated_at: moment,
  })
  return { ...change, usedMs: usedMsOf(row, circumstances) }
}

function endOf(row: TranscriptState, job: JobRow, circumstances: Circumstances): TranscriptChange | undefined {
  const { now, instant, maxCrashes, alive } = circumstances
  const isLost =
    row.status === 'pending' && row.crashes >= maxCrashes && (row.lost_by === null || !alive.has(row.lost_by))
  if (!isLost && !isOverdue(job, circumstances)) return undefined
  const last = toError(row)
  const error = isLost
    ? workerLostErrorOf({ crashes: row.crashes, last })
    : deadlineErrorOf({
        usedMs: Number(job.used_ms),
        timeoutMs: Number(job.timeout_ms),
        deadlineAt: new Date(instant.decode(job.deadline_at)),
        last,
      })
  const updated_at = instant.encode(now)
  return moved(row, TRANSCRIPT_MOVES.expire, { ...errorColumns(error), lost_by: null, updated_at })
}
