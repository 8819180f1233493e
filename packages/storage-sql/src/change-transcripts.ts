// The one way in which transcripts change while their jobs are locked: with them change their duplicates, the counters
// of their jobs, and where the last of a job's transcripts ends, the job itself and its delivery.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { endStatusOf, isJobEnded, type Job, type Move, type TranscriptStatus } from '@ytscriptify/core'
import { TRANSCRIPT_COLUMNS, toJob, type JobRow, type TranscriptRow } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { valuesList } from './values-list.ts'

export interface TranscriptChange {
  readonly before: TranscriptRow
  readonly after: TranscriptRow
  /** The text, where it completes. */
  readonly data?: string
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
  await writeTranscripts(trx, all, traits)

  const jobsAfter = [...jobs.values()].flatMap((job) => {
    const own = all.filter(({ before }) => before.job_id === job.id)
    return own.length > 0 ? [jobAfter(job, own, { now, instant: traits.instant })] : []
  })
  const finalJobs = await withErrors(trx, jobsAfter)
  await writeJobs(trx, finalJobs, traits)
  const ended = finalJobs.filter(({ status }) => isJobEnded(status))
  await addDeliveries(trx, ended)

  return new Map(ended.map((job) => [job.id, toJob(job, traits)]))
}

/** Moves a transcript along its state machine. A move that is not in it is a fault of this package. */
export function moved(
  before: TranscriptRow,
  move: Move<TranscriptStatus>,
  values: Partial<TranscriptRow>,
): TranscriptRow {
  if (!move.from.includes(before.status)) {
    throw new Error(`Transcript ${before.id} is ${before.status}: it cannot become ${move.to}.`)
  }
  return { ...before, lease_until: null, claimed_at: null, ...values, status: move.to }
}

/**
 * How long an attempt that ends now has taken. It ends with its lease at the latest: what comes after that is the
 * absence of the worker, or of everybody.
 */
export function usedMsOf(
  { claimed_at, lease_until }: Pick<TranscriptRow, 'claimed_at' | 'lease_until'>,
  { now, instant }: { readonly now: number; readonly instant: SqlDialectTraits['instant'] },
): number {
  if (claimed_at === null || lease_until === null) return 0
  return Math.max(0, Math.min(now, instant.decode(lease_until)) - instant.decode(claimed_at))
}

/** A duplicate ends together with its original and in the same way; it has no attempts of its own. */
async function changesOfDuplicates(
  trx: Database,
  changes: readonly TranscriptChange[],
): Promise<readonly TranscriptChange[]> {
  const endings = changes.filter(({ after }) => after.status !== 'pending' && after.duplicate_of === null)
  if (endings.length === 0) return []
  const originals = new Map(endings.map((ending) => [keyOf(ending.after.job_id, ending.after.position), ending.after]))
  const rows = await trx
    .selectFrom('transcripts')
    .select(TRANSCRIPT_COLUMNS)
    .where('job_id', 'in', [...new Set(endings.map(({ after }) => after.job_id))])
    .where('duplicate_of', 'is not', null)
    .where('status', '=', sql.lit('pending'))
    .orderBy('id')
    .execute()
  return rows.flatMap((before) => {
    const original = originals.get(keyOf(before.job_id, before.duplicate_of))
    if (!original) return []
    const { status, updated_at, error_code, error_message, error_details } = original
    const { language, kind, translated_from, metadata, fetched_at } = original
    const error = { error_code, error_message, error_details }
    const result = { language, kind, translated_from, metadata, fetched_at }
    return [{ before, after: { ...before, ...error, ...result, status, updated_at } }]
  })
}

const keyOf = (jobId: string, position: number | null): string => `${jobId}/${position}`

async function writeTranscripts(
  trx: Database,
  changes: readonly TranscriptChange[],
  traits: SqlDialectTraits,
): Promise<void> {
  const rows = changes.map(({ after, data = null }) => ({
    id: Number(after.id),
    status: after.status,
    attempt: after.attempt,
    failures: after.failures,
    crashes: after.crashes,
    lost_by: after.lost_by,
    closings: after.closings,
    closed_opening: after.closed_opening,
    run_at: after.run_at,
    rank_at: after.rank_at,
    lease_until: after.lease_until,
    claimed_at: after.claimed_at,
    error_code: after.error_code,
    error_message: after.error_message,
    error_details: after.error_details,
    language: after.language,
    kind: after.kind,
    translated_from: after.translated_from,
    fetched_at: after.fetched_at,
    updated_at: after.updated_at,
    metadata: after.metadata,
    transcript_data: data,
  }))
  await trx
    .with('v', () =>
      valuesList(
        rows,
        {
          id: 'id',
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
          metadata: 'text',
          transcript_data: 'text',
        },
        traits,
      ),
    )
    .updateTable('transcripts')
    .from('v')
    .set(({ ref }) => ({
      status: ref('v.status'),
      attempt: ref('v.attempt'),
      failures: ref('v.failures'),
      crashes: ref('v.crashes'),
      lost_by: ref('v.lost_by'),
      closings: ref('v.closings'),
      closed_opening: ref('v.closed_opening'),
      run_at: ref('v.run_at'),
      rank_at: ref('v.rank_at'),
      lease_until: ref('v.lease_until'),
      claimed_at: ref('v.claimed_at'),
      error_code: ref('v.error_code'),
      error_message: ref('v.error_message'),
      error_details: ref('v.error_details'),
      language: ref('v.language'),
      kind: ref('v.kind'),
      translated_from: ref('v.translated_from'),
      fetched_at: ref('v.fetched_at'),
      updated_at: ref('v.updated_at'),
      metadata: ref('v.metadata'),
      transcript_data: ref('v.transcript_data'),
    }))
    .whereRef('transcripts.id', '=', 'v.id')
    .execute()
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
  const isUsedUp = usedMs >= Number(job.timeout_ms) && instant.decode(job.deadline_at) > now
  const isDone = counts.completed + counts.failed + counts.cancelled === counts.total
  const moment = instant.encode(now)
  return {
    ...job,
    ...counts,
    version: job.version + 1,
    used_ms: usedMs,
    updated_at: moment,
    ...(isUsedUp && { deadline_at: moment }),
    ...(isDone && { status: counts.cancelled > 0 ? 'cancelled' : endStatusOf(counts), ended_at: moment }),
  }
}

/** Says of jobs that failed why they did. Every one of their transcripts failed, so that the first stands for all. */
async function withErrors(trx: Database, jobs: readonly JobRow[]): Promise<readonly JobRow[]> {
  const failed = jobs.filter(({ status }) => status === 'failed').map(({ id }) => id)
  if (failed.length === 0) return jobs
  const firsts = await trx
    .selectFrom('transcripts')
    .select(['job_id', 'error_code', 'error_message'])
    .where('job_id', 'in', failed)
    .where('position', '=', 0)
    .execute()
  const firstOf = new Map(firsts.map((row) => [row.job_id, row]))
  return jobs.map((job) => {
    const first = job.status === 'failed' ? firstOf.get(job.id) : undefined
    if (!first) return job
    const message =
      job.total === 1 ? first.error_message : `All ${job.total} videos failed; the first: ${first.error_message}`
    return { ...job, error_code: first.error_code, error_message: message }
  })
}

async function writeJobs(trx: Database, jobs: readonly JobRow[], traits: SqlDialectTraits): Promise<void> {
  const rows = jobs.map((job) => ({
    id: job.id,
    status: job.status,
    version: job.version,
    completed: job.completed,
    failed: job.failed,
    cancelled: job.cancelled,
    used_ms: Number(job.used_ms),
    deadline_at: job.deadline_at,
    ended_at: job.ended_at,
    updated_at: job.updated_at,
    error_code: job.error_code,
    error_message: job.error_message,
  }))
  await trx
    .with('v', () =>
      valuesList(
        rows,
        {
          id: 'text',
          status: 'text',
          version: 'integer',
          completed: 'integer',
          failed: 'integer',
          cancelled: 'integer',
          used_ms: 'bigint',
          deadline_at: 'instant',
          ended_at: 'instant',
          updated_at: 'instant',
          error_code: 'text',
          error_message: 'text',
        },
        traits,
      ),
    )
    .updateTable('jobs')
    .from('v')
    .set(({ ref }) => ({
      status: ref('v.status'),
      version: ref('v.version'),
      completed: ref('v.completed'),
      failed: ref('v.failed'),
      cancelled: ref('v.cancelled'),
      used_ms: ref('v.used_ms'),
      deadline_at: ref('v.deadline_at'),
      ended_at: ref('v.ended_at'),
      updated_at: ref('v.updated_at'),
      error_code: ref('v.error_code'),
      error_message: ref('v.error_message'),
    }))
    .whereRef('jobs.id', '=', 'v.id')
    .execute()
}

/** A callback is a row from the moment of its job's end: so it is neither sent before nor forgotten after. */
async function addDeliveries(trx: Database, ended: readonly JobRow[]): Promise<void> {
  const deliveries = ended.flatMap(({ id, status, callback_url: url, updated_at }) =>
    url === null
      ? []
      : [
          {
            id: `msg_${randomUUID()}`,
            job_id: id,
            url,
            type: `job.${status}`,
            status: 'pending' as const,
            run_at: updated_at,
            created_at: updated_at,
            updated_at,
          },
        ],
  )
  if (deliveries.length > 0) await trx.insertInto('deliveries').values(deliveries).execute()
}
