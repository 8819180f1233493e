// The one way in which transcripts change while their jobs are locked: with them change their duplicates, the counters
// of their jobs, and where the last of a job's transcripts ends, the job itself and its delivery.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import {
  endStatusOf,
  isJobEnded,
  jobErrorOf,
  receiverOf,
  type Job,
  type Move,
  type TranscriptStatus,
} from '@ytscriptify/core'
import { STATE_COLUMNS, type JobRow, type TranscriptState } from './columns.ts'
import { toJob, type ResultColumns } from './row-mapping.ts'
import type { Database, Instant } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { updateEach } from './values-list.ts'

/** What a change writes: with the text and what belongs to it, where it completes the transcript. */
export type TranscriptValues = Partial<TranscriptState & ResultColumns> & {
  readonly status: TranscriptStatus
  readonly updated_at: Instant
  readonly transcript_data?: string
  readonly data_bytes?: number
}

export interface TranscriptChange {
  readonly before: TranscriptState
  readonly values: TranscriptValues
  /** What it was, with these values. */
  readonly after: TranscriptState & TranscriptValues
  /** Attempt time that it used up, in milliseconds. */
  readonly usedMs?: number
}

interface ChangeOptions {
  readonly now: number
  /** The jobs of the transcripts, locked. */
  readonly jobs: ReadonlyMap<string, JobRow>
  readonly changes: readonly TranscriptChange[]
}

/** @returns the jobs that ended by it, by id. */
export async function changeTranscripts(
  trx: Database,
  { now, jobs, changes }: ChangeOptions,
  traits: SqlDialectTraits,
): Promise<ReadonlyMap<string, Job>> {
  if (changes.length === 0) return new Map()

  const all = [...changes, ...(await changesOfDuplicates(trx, changes))]
  await updateEach(trx, 'transcripts', { rows: all, columns: WRITTEN_OF_TRANSCRIPTS }, traits)

  const changedJobs = [...byJob(all)].flatMap(([id, own]) => {
    const before = jobs.get(id)
    return before ? [{ before, after: jobAfter(before, own, { now, instant: traits.instant }) }] : []
  })
  const jobsAfter = await withErrors(trx, changedJobs)
  await updateEach(trx, 'jobs', { rows: jobsAfter, columns: WRITTEN_OF_JOBS }, traits)

  const ended = jobsAfter.map(({ after }) => after).filter(({ status }) => isJobEnded(status))
  await addDeliveries(trx, ended)
  return new Map(ended.map((job) => [job.id, toJob(job, traits)]))
}

const WRITTEN_OF_TRANSCRIPTS = {
  status: 'text',
  attempt: 'integer',
  failures: 'integer',
  crashes: 'integer',
  lost_by: 'text',
  closings: 'integer',
  closed_opening: 'integer',
  run_at: 'instant',
  rank_at: 'instant',
  lease_until: 'instant',
  claimed_at: 'instant',
  error_code: 'text',
  error_message: 'text',
  error_details: 'text',
  language: 'text',
  kind: 'text',
  translated_from: 'text',
  fetched_at: 'instant',
  updated_at: 'instant',
  data_bytes: 'integer',
  metadata: 'text',
  transcript_data: 'text',
} as const

const WRITTEN_OF_JOBS = {
  status: 'text',
  version: 'integer',
  completed: 'integer',
  failed: 'integer',
  cancelled: 'integer',
  used_ms: 'bigint',
  data_bytes: 'bigint',
  deadline_at: 'instant',
  ended_at: 'instant',
  updated_at: 'instant',
  error_code: 'text',
  error_message: 'text',
} as const

/** Moves a transcript along its state machine. A move that is not in it is a fault of this package. */
export function moved<To extends TranscriptStatus>(
  before: TranscriptState,
  move: Move<TranscriptStatus> & { readonly to: To },
  values: Omit<TranscriptValues, 'status'>,
): TranscriptChange {
  if (!move.from.includes(before.status)) {
    throw new Error(`Transcript ${before.id} is ${before.status}: it cannot become ${move.to}.`)
  }
  const all = { lease_until: null, claimed_at: null, ...values, status: move.to }
  return { before, values: all, after: { ...before, ...all } }
}

/**
 * How long an attempt that ends now has taken. It ends with its lease at the latest: what comes after that is the
 * absence of the worker, or of everybody.
 */
export function usedMsOf(
  { claimed_at, lease_until }: Pick<TranscriptState, 'claimed_at' | 'lease_until'>,
  { now, instant }: { readonly now: number; readonly instant: SqlDialectTraits['instant'] },
): number {
  if (claimed_at === null || lease_until === null) return 0
  return Math.max(0, Math.min(now, instant.decode(lease_until)) - instant.decode(claimed_at))
}

/** A duplicate ends together with its original and in the same way; it has no attempts and no text of its own. */
async function changesOfDuplicates(
  trx: Database,
  changes: readonly TranscriptChange[],
): Promise<readonly TranscriptChange[]> {
  const endings = changes.filter(({ after }) => after.status !== 'pending')
  if (endings.length === 0) return []
  const originals = new Map(endings.map((ending) => [keyOf(ending.before.job_id, ending.before.position), ending]))
  const rows = await trx
    .selectFrom('transcripts')
    .select(STATE_COLUMNS)
    .where('job_id', 'in', [...new Set(endings.map(({ before }) => before.job_id))])
    .where('duplicate_of', 'is not', null)
    .where('status', '=', sql.lit('pending'))
    .execute()
  return rows.flatMap((before) => {
    const original = originals.get(keyOf(before.job_id, before.duplicate_of))
    if (!original) return []
    const values = endOfDuplicate(original)
    return [{ before, values, after: { ...before, ...values } }]
  })
}

/** How its original ended, and why. What that took, and the text itself, are the original's alone. */
function endOfDuplicate({ values, after }: TranscriptChange): TranscriptValues {
  const { error_code, error_message, error_details } = after
  const { attempt, crashes, closings, closed_opening, run_at, rank_at, transcript_data, ...end } = values
  return { ...end, error_code, error_message, error_details }
}

const keyOf = (jobId: string, position: number | null): string => `${jobId}/${position}`

function byJob(changes: readonly TranscriptChange[]): ReadonlyMap<string, readonly TranscriptChange[]> {
  const grouped = new Map<string, TranscriptChange[]>()
  for (const change of changes) {
    const own = grouped.get(change.before.job_id)
    if (own) own.push(change)
    else grouped.set(change.before.job_id, [change])
  }
  return grouped
}

/** What its transcripts' changes make of a job. */
function jobAfter(
  job: JobRow,
  changes: readonly TranscriptChange[],
  { now, instant }: { readonly now: number; readonly instant: SqlDialectTraits['instant'] },
): JobRow {
  const endedAs = (status: TranscriptStatus): number => changes.filter(({ after }) => after.status === status).length
  const counts = {
    total: job.total,
    completed: job.completed + endedAs('completed'),
    failed: job.failed + endedAs('failed'),
    cancelled: job.cancelled + endedAs('cancelled'),
  }
  const usedMs = changes.reduce((sum, change) => sum + (change.usedMs ?? 0), Number(job.used_ms))
  const dataBytes = changes.reduce((sum, { after }) => sum + (after.data_bytes ?? 0), Number(job.data_bytes))
  const isUsedUp = usedMs >= Number(job.timeout_ms) && instant.decode(job.deadline_at) > now
  const isDone = counts.completed + counts.failed + counts.cancelled === counts.total
  const moment = instant.encode(now)
  return {
    ...job,
    ...counts,
    version: job.version + 1,
    used_ms: usedMs,
    data_bytes: dataBytes,
    updated_at: moment,
    ...(isUsedUp && { deadline_at: moment }),
    ...(isDone && { status: endStatusOf(counts), ended_at: moment }),
  }
}

interface JobChange {
  readonly before: JobRow
  readonly after: JobRow
}

/** Says of jobs that failed why they did. Every one of their transcripts failed, so that the first stands for all. */
async function withErrors(trx: Database, changes: readonly JobChange[]): Promise<readonly JobChange[]> {
  const failed = changes.filter(({ after }) => after.status === 'failed').map(({ after }) => after.id)
  if (failed.length === 0) return changes
  const firsts = await trx
    .selectFrom('transcripts')
    .select(['job_id', 'error_code', 'error_message'])
    .where('job_id', 'in', failed)
    .where('position', '=', 0)
    .execute()
  const firstOf = new Map(firsts.map((row) => [row.job_id, row]))
  return changes.map(({ before, after }) => {
    const first = after.status === 'failed' ? firstOf.get(after.id) : undefined
    if (!first) return { before, after }
    const { error_code } = first
    const { message } = jobErrorOf({ message: first.error_message ?? '' }, after.total)
    return { before, after: { ...after, error_code, error_message: message } }
  })
}

type EndedJob = Pick<JobRow, 'id' | 'status' | 'callback_url' | 'updated_at'>

/** A callback is a row from the moment of its job's end: so it is neither sent before nor forgotten after. */
export async function addDeliveries(trx: Database, ended: readonly EndedJob[]): Promise<void> {
  const deliveries = ended.flatMap(({ id: job_id, status, callback_url: url, updated_at }) => {
    if (url === null) return []
    const moments = { run_at: updated_at, created_at: updated_at, updated_at }
    const id = `msg_${randomUUID()}`
    const receiver = receiverOf(url)
    return [{ id, job_id, url, receiver, type: `job.${status}`, status: 'pending' as const, ...moments }]
  })
  if (deliveries.length > 0) await trx.insertInto('deliveries').values(deliveries).execute()
}
