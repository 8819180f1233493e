// Takes back what dead workers held, and ends what has run out of time or of workers.
import { sql } from 'kysely'
import {
  TRANSCRIPT_MOVES,
  TranscriptionError,
  isJobEnded,
  toErrorRecord,
  type ErrorRecord,
  type ExpireOptions,
  type ExpireResult,
} from '@ytscriptify/core'
import { changeTranscripts, moved, usedMsOf, type TranscriptChange } from './change-transcripts.ts'
import { lockJobs, lockTranscripts } from './locks.ts'
import { readClock } from './read-clock.ts'
import { errorColumns, toError, type JobRow, type TranscriptRow } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { aliveOf, forgottenBefore } from './workers.ts'

export async function expireTranscripts(
  db: Database,
  options: ExpireOptions,
  traits: SqlDialectTraits,
): Promise<ExpireResult> {
  const isQuiet = await traits.read(db, async (reader) => {
    const now = await readClock(reader, traits)
    const found = await find(reader, { ...options, now }, traits)
    return found.length === 0 && !(await hasForgotten(reader, now, traits))
  })
  return isQuiet ? NOTHING : traits.write(db, (trx) => expireIn(trx, options, traits))
}

const NOTHING: ExpireResult = { reclaimed: [], failed: [], endedJobs: [] }

async function expireIn(trx: Database, options: ExpireOptions, traits: SqlDialectTraits): Promise<ExpireResult> {
  const { instant } = traits
  const now = await readClock(trx, traits)
  const found = await find(trx, { ...options, now }, traits)
  const jobs = await lockJobs(
    trx,
    found.map(({ job_id }) => job_id),
    traits,
  )
  const rows = await lockTranscripts(
    trx,
    found.map(({ id }) => Number(id)),
    traits,
  )
  const alive = await aliveOf(
    trx,
    rows.map(({ lost_by }) => lost_by),
    now,
    traits,
  )

  // Judged anew, since what was found was not locked yet.
  const changes = rows.flatMap((row) => {
    const job = jobs.get(row.job_id)
    return job ? expiryOf(row, job, { ...options, now, alive, instant }) : []
  })
  const changed = await changeTranscripts(trx, { now, jobs, changes }, traits)
  await forget(trx, now, traits)

  return {
    reclaimed: changes
      .filter(({ after }) => after.status === 'pending')
      .map(({ before: { id, attempt } }) => ({ transcriptId: Number(id), attempt })),
    failed: changed.changes.flatMap(({ after }) => {
      const error = after.status === 'failed' ? toError(after) : undefined
      return error ? [{ jobId: after.job_id, position: after.position, videoId: after.video_id, error }] : []
    }),
    endedJobs: [...changed.endedJobs.values()],
  }
}

interface Found {
  readonly id: number | string
  readonly job_id: string
}

interface FindOptions extends ExpireOptions {
  readonly now: number
}

/** What there is to do, at most `limit`: each kind by its own index. */
async function find(db: Database, options: FindOptions, traits: SqlDialectTraits): Promise<readonly Found[]> {
  const kinds = [
    await withoutLease(db, options, traits),
    await withoutWorker(db, options, traits),
    await withoutTime(db, options, traits),
  ]
  const found = new Map(kinds.flat().map((row) => [Number(row.id), row]))
  return [...found.values()].slice(0, options.limit)
}

const withoutLease = (db: Database, { now, limit }: FindOptions, { instant }: SqlDialectTraits): Promise<Found[]> =>
  db
    .selectFrom('transcripts')
    .select(['id', 'job_id'])
    .where('status', '=', sql.lit('processing'))
    .where('lease_until', '<=', instant.encode(now))
    .orderBy('lease_until')
    .orderBy('id')
    .limit(limit)
    .execute()

const withoutWorker = (
  db: Database,
  { now, limit, maxCrashes }: FindOptions,
  { instant }: SqlDialectTraits,
): Promise<Found[]> =>
  db
    .selectFrom('transcripts')
    .select(['id', 'job_id'])
    .where('status', '=', sql.lit('pending'))
    .where('duplicate_of', 'is', null)
    .where((eb) => eb('crashes', '>', eb.lit(0)))
    .where('crashes', '>=', maxCrashes)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('workers')
            .select('workers.id')
            .whereRef('workers.id', '=', 'transcripts.lost_by')
            .where('workers.lost_at', '>', instant.encode(now)),
        ),
      ),
    )
    .orderBy('crashes')
    .orderBy('rank_at')
    .orderBy('id')
    .limit(limit)
    .execute()

const withoutTime = (db: Database, { now, limit }: FindOptions, { instant }: SqlDialectTraits): Promise<Found[]> =>
  db
    .selectFrom('jobs')
    .innerJoin('transcripts', 'transcripts.job_id', 'jobs.id')
    .select(['transcripts.id', 'transcripts.job_id'])
    .where('jobs.ended_at', 'is', null)
    .where('jobs.deadline_at', '<=', instant.encode(now))
    .where('transcripts.duplicate_of', 'is', null)
    .where('transcripts.status', 'in', TRANSCRIPT_MOVES.expire.from)
    .orderBy('jobs.deadline_at')
    .orderBy('jobs.id')
    .orderBy('transcripts.position')
    .limit(limit)
    .execute()

interface Judgement extends FindOptions {
  readonly alive: ReadonlySet<string>
  readonly instant: SqlDialectTraits['instant']
}

/** What becomes of a transcript: at most one change. */
function expiryOf(row: TranscriptRow, job: JobRow, judgement: Judgement): readonly TranscriptChange[] {
  const { now, maxCrashes, alive, instant } = judgement
  const isOpen = row.status === 'pending' || row.status === 'processing'
  if (!isOpen || isJobEnded(job.status)) return []

  const usedMs = usedMsOf(row, { now, instant })
  if (instant.decode(job.deadline_at) <= now)
    return [{ before: row, usedMs, after: failed(row, outOfTime(row, job), judgement) }]

  if (row.status === 'processing') {
    if (row.lease_until === null || instant.decode(row.lease_until) > now) return []
    const moment = instant.encode(now)
    const after = moved(row, TRANSCRIPT_MOVES.reclaim, {
      crashes: row.crashes + 1,
      lost_by: row.claimed_by,
      run_at: moment,
      rank_at: moment,
      updated_at: moment,
    })
    return [{ before: row, usedMs, after }]
  }
  const isLost = row.crashes >= maxCrashes && (row.lost_by === null || !alive.has(row.lost_by))
  return isLost ? [{ before: row, after: failed(row, lost(row), judgement) }] : []
}

const failed = (row: TranscriptRow, error: ErrorRecord, { now, instant }: Judgement): TranscriptRow =>
  moved(row, TRANSCRIPT_MOVES.expire, { ...errorColumns(error), lost_by: null, updated_at: instant.encode(now) })

function outOfTime(row: TranscriptRow, job: JobRow): ErrorRecord {
  const last = toError(row)
  const reason = Number(job.used_ms) >= Number(job.timeout_ms) ? 'used up its time' : 'became too old'
  const before = last ? ` Its last error (${last.code}): ${last.message}` : ''
  return toErrorRecord(
    new TranscriptionError('deadline_exceeded', `The job ${reason} before ${row.video_id} was done.${before}`),
  )
}

const lost = (row: TranscriptRow): ErrorRecord =>
  toErrorRecord(
    new TranscriptionError('worker_lost', `The worker died ${row.crashes} times while it worked on ${row.video_id}.`),
  )

async function hasForgotten(db: Database, now: number, { instant }: SqlDialectTraits): Promise<boolean> {
  const before = instant.encode(forgottenBefore(now))
  const rows = await db.selectFrom('workers').select('id').where('seen_at', '<=', before).limit(1).execute()
  return rows.length > 0
}

async function forget(trx: Database, now: number, { instant }: SqlDialectTraits): Promise<void> {
  await trx
    .deleteFrom('workers')
    .where('seen_at', '<=', instant.encode(forgottenBefore(now)))
    .execute()
}
