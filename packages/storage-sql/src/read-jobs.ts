// What callers see of jobs and their transcripts. Nothing here changes anything.
import type { Gate, Job, JobCursor, JobQuery, ListJobsQuery, ListTranscriptsQuery, Transcript } from '@ytscriptify/core'
import { TRANSCRIPT_COLUMNS } from './columns.ts'
import { toGate, toJob, toTranscript } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export async function getJob(
  db: Database,
  { id, owner }: JobQuery,
  traits: SqlDialectTraits,
): Promise<Job | undefined> {
  const row = await db
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    .$if(owner !== undefined, (query) => query.where('owner', '=', owner ?? ''))
    .executeTakeFirst()
  return row && toJob(row, traits)
}

/** Pages go by (created_at, id), so that each costs the same, however far down the list. */
export async function listJobs(
  db: Database,
  { owner, status, limit, after }: ListJobsQuery,
  traits: SqlDialectTraits,
): Promise<{ jobs: readonly Job[]; next?: JobCursor }> {
  let query = db
    .selectFrom('jobs')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (owner !== undefined) query = query.where('owner', '=', owner)
  if (status !== undefined) query = query.where('status', '=', status)
  if (after !== undefined) {
    const createdAt = traits.instant.encode(after.createdAt.getTime())
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(createdAt, after.id)))
  }
  const rows = await query.execute()
  const jobs = rows.slice(0, limit).map((row) => toJob(row, traits))
  const last = jobs.at(-1)
  return { jobs, ...(rows.length > limit && last && { next: { createdAt: last.createdAt, id: last.id } }) }
}

export async function listTranscripts(
  db: Database,
  { jobId, afterPosition, limit, statuses, videoId, withData = false }: ListTranscriptsQuery,
  traits: SqlDialectTraits,
): Promise<readonly Transcript[]> {
  if (statuses?.length === 0) return []
  let query = db
    .selectFrom('transcripts')
    .select(TRANSCRIPT_COLUMNS.map(<C extends string>(column: C) => `transcripts.${column}` as const))
    .where('transcripts.job_id', '=', jobId)
    .orderBy('transcripts.position')
  if (afterPosition !== undefined) query = query.where('transcripts.position', '>', afterPosition)
  if (limit !== undefined) query = query.limit(limit)
  if (videoId !== undefined) query = query.where('transcripts.video_id', '=', videoId)
  if (statuses !== undefined) query = query.where('transcripts.status', 'in', statuses)
  if (!withData) return (await query.execute()).map((row) => toTranscript(row, traits))

  const rows = await query
    // A repeated video has no text of its own: it is stored once.
    .leftJoin('transcripts as original', (join) =>
      join
        .onRef('original.job_id', '=', 'transcripts.job_id')
        .onRef('original.position', '=', 'transcripts.duplicate_of'),
    )
    .select((eb) => eb.fn.coalesce('transcripts.transcript_data', 'original.transcript_data').as('data'))
    .execute()
  return rows.map((row) => toTranscript(row, traits))
}

export async function listGates(db: Database, traits: SqlDialectTraits): Promise<readonly Gate[]> {
  const rows = await db.selectFrom('gates').selectAll().orderBy('source').orderBy('key').execute()
  return rows.map((row) => toGate(row, traits))
}
