// Takes back what dead workers held, and ends what has run out of time or of workers.
import { sql } from 'kysely'
import { TRANSCRIPT_MOVES, type ExpireOptions, type ExpireResult } from '@ytscriptify/core'
import { changeTranscripts, usedMsOf } from './change-transcripts.ts'
import { expiriesOf, isLeaseOver, isOverdue } from './expiry.ts'
import { lockFreeJobs, lockingFree } from './locks.ts'
import { readClock } from './read-clock.ts'
import { STATE_COLUMNS, type JobRow, type TranscriptState } from './columns.ts'
import { toError } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { aliveOf, forgetOld, hasOld } from './workers.ts'

/**
 * Steps over what somebody else has locked: it is being changed, and whoever calls this does so again soon. A job that many
 * settle at once, so that it is never free, has its turn when they are through with it at the latest.
 */
export async function expireTranscripts(
  db: Database,
  options: ExpireOptions,
  traits: SqlDialectTraits,
): Promise<ExpireResult> {
  const quiet = await traits.read(db, async (reader): Promise<ExpireResult | undefined> => {
    const now = await readClock(reader, traits)
    const found = await find(reader, { ...options, limit: 1, now }, traits)
    if (found.length > 0 || (await hasOld(reader, now, traits))) return undefined
    return { ...NOTHING, ...(await nextLeaseEnd(reader, now, traits)) }
  })
  return quiet ?? traits.write(db, (trx) => expireIn(trx, options, traits))
}

const NOTHING: ExpireResult = { reclaimed: [], failed: [], endedJobs: [] }

async function expireIn(trx: Database, options: ExpireOptions, traits: SqlDialectTraits): Promise<ExpireResult> {
  const now = await readClock(trx, traits)
  const result = await endOverdue(trx, { ...options, now }, traits)
  // Last, as workers come last in the order of locks.
  await forgetOld(trx, now, traits)
  return { ...result, ...(await nextLeaseEnd(trx, now, traits)) }
}

async function nextLeaseEnd(
  db: Database,
  now: number,
  { instant: { decode } }: SqlDialectTraits,
): Promise<Pick<ExpireResult, 'nextLeaseEndMs'>> {
  const next = await leased(db, { limit: 1 }).executeTakeFirst()
  return next?.lease_until == null ? {} : { nextLeaseEndMs: Math.max(0, decode(next.lease_until) - now) }
}

async function endOverdue(trx: Database, options: FindOptions, traits: SqlDialectTraits): Promise<ExpireResult> {
  const { now } = options
  const found = await find(trx, options, traits)
  if (found.length === 0) return NOTHING

  const jobs = await lockFreeJobs(
    trx,
    found.map(({ job_id }) => job_id),
    traits,
  )
  if (jobs.size === 0) return NOTHING
  const free = found.filter(({ job_id }) => jobs.has(job_id))
  const rows = await lockOverdue(trx, free, { jobs, now }, traits)
  const workers = rows.flatMap(({ lost_by, claimed_by }) => [lost_by, claimed_by])
  const alive = await aliveOf(trx, workers, now, traits)

  const { instant } = traits
  const expiries = expiriesOf(rows, jobs, { ...options, alive, instant }).slice(0, options.limit)
  const endedJobs = await changeTranscripts(trx, { now, jobs, changes: expiries }, traits)

  return {
    reclaimed: expiries
      .filter(({ reclaimed }) => reclaimed)
      .map(({ before: { id, attempt } }) => ({ transcriptId: Number(id), attempt })),
    failed: expiries.flatMap(({ after }) => {
      const error = after.status === 'failed' ? toError(after) : undefined
      return error ? [{ jobId: after.job_id, position: after.position, videoId: after.video_id, error }] : []
    }),
    endedJobs: [...endedJobs.values()],
  }
}

type Found = Pick<TranscriptState, 'id' | 'job_id' | 'status' | 'lease_until' | 'claimed_at'>

interface FindOptions extends ExpireOptions {
  readonly now: number
}

/** What there may be to do, at most `limit`: each kind by its own index. Not locked yet. */
async function find(db: Database, options: FindOptions, traits: SqlDialectTraits): Promise<readonly Found[]> {
  const leases = await withoutLease(db, options, traits).execute()
  const workers = await withoutWorker(db, options, traits).execute()
  const times = await withoutTime(db, options, traits).execute()
  const found = new Map([...leases, ...workers, ...times].map((row) => [Number(row.id), row]))
  return [...found.values()].slice(0, options.limit)
}

const FOUND = [
  'transcripts.id',
  'transcripts.job_id',
  'transcripts.status',
  'transcripts.lease_until',
  'transcripts.claimed_at',
] as const

const withoutLease = (db: Database, { now, limit }: FindOptions, { instant }: SqlDialectTraits) =>
  leased(db, { limit }).where('lease_until', '<=', instant.encode(now))

/** What is leased, the lease that runs out first before the others. */
const leased = (db: Database, { limit }: Pick<FindOptions, 'limit'>) =>
  db
    .selectFrom('transcripts')
    .select(FOUND)
    .where('status', '=', sql.lit('processing'))
    .orderBy('lease_until')
    .orderBy('id')
    .limit(sql.lit(limit))

const withoutWorker = (db: Database, { now, limit, maxCrashes }: FindOptions, { instant }: SqlDialectTraits) =>
  db
    .selectFrom('transcripts')
    .select(FOUND)
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
    .limit(sql.lit(limit))

const withoutTime = (db: Database, { now, limit }: FindOptions, { instant }: SqlDialectTraits) =>
  db
    .selectFrom('jobs')
    .innerJoin('transcripts', 'transcripts.job_id', 'jobs.id')
    .select(FOUND)
    .where('jobs.ended_at', 'is', null)
    .where('jobs.deadline_at', '<=', instant.encode(now))
    .where('transcripts.duplicate_of', 'is', null)
    .where('transcripts.status', 'in', TRANSCRIPT_MOVES.expire.from)
    .orderBy('jobs.deadline_at')
    .orderBy('jobs.id')
    .orderBy('transcripts.position')
    .limit(sql.lit(limit))

/** Of what was found, what is still open, and with it what is left of jobs that have no time left. */
async function lockOverdue(
  trx: Database,
  found: readonly Found[],
  { jobs, now }: { readonly jobs: ReadonlyMap<string, JobRow>; readonly now: number },
  traits: SqlDialectTraits,
): Promise<readonly TranscriptState[]> {
  const moment = { now, instant: traits.instant }
  const over = found.filter((row) => isLeaseOver(row, moment))
  const charged = (job: JobRow): JobRow => {
    const own = over.filter(({ job_id }) => job_id === job.id)
    return { ...job, used_ms: own.reduce((sum, row) => sum + usedMsOf(row, moment), Number(job.used_ms)) }
  }
  const overdue = [...jobs.values()].filter((job) => isOverdue(charged(job), moment)).map(({ id }) => id)

  const query = trx
    .selectFrom('transcripts')
    .select(STATE_COLUMNS)
    .where('status', 'in', TRANSCRIPT_MOVES.expire.from)
    .where('duplicate_of', 'is', null)
    .where((eb) =>
      eb.or([
        eb(
          'id',
          'in',
          found.map(({ id }) => id),
        ),
        ...(overdue.length > 0 ? [eb('job_id', 'in', overdue)] : []),
      ]),
    )
  return lockingFree(query, 'transcripts', traits).execute()
}
