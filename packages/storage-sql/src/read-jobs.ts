// What callers see of jobs and gates. Nothing here changes anything.
import { sql, type RawBuilder } from 'kysely'
import type { Gate, Job, JobCursor, JobQuery, ListJobsQuery } from '@ytscriptify/core'
import type { JobRow } from './columns.ts'
import { anyOf, compileOnce } from './compile-once.ts'
import { distinct } from './locks.ts'
import { toGate, toJob } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export function createGetJob(traits: SqlDialectTraits): (db: Database, query: JobQuery) => Promise<Job | undefined> {
  const readAny = compileOnce<Readonly<{ id: string }>, JobRow>((db, given) => jobById(db, given('id')))
  const readOwn = compileOnce<Readonly<{ id: string; owner: string }>, JobRow>((db, given) =>
    jobById(db, given('id')).where('owner', '=', given('owner')),
  )
  return async (db, { id, owner }) => {
    const [row] = await (owner === undefined ? readAny(db, { id }) : readOwn(db, { id, owner }))
    return row && toJob(row, traits)
  }
}

/** Several at once. One entry for each query, in their order. */
export function createGetJobs(
  traits: SqlDialectTraits,
): (db: Database, queries: readonly JobQuery[]) => Promise<readonly (Job | undefined)[]> {
  const read = compileOnce<Readonly<{ ids: readonly string[] }>, JobRow>((db, given) =>
    db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', anyOf(given('ids'))),
  )
  return async (db, queries) => {
    const rows = await read(db, { ids: distinct(queries.map(({ id }) => id)) })
    const byId = new Map(rows.map((row) => [row.id, row]))
    return queries.map(({ id, owner }) => {
      const row = byId.get(id)
      return row && (owner === undefined || row.owner === owner) ? toJob(row, traits) : undefined
    })
  }
}

const jobById = (db: Database, id: RawBuilder<string>) => db.selectFrom('jobs').selectAll().where('id', '=', id)

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
    // A literal: SQLite plans by the value of a limit, and would plan anew for each execution with a parameter.
    .limit(sql.lit(limit + 1))
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

export async function listGates(db: Database, traits: SqlDialectTraits): Promise<readonly Gate[]> {
  const rows = await db.selectFrom('gates').selectAll().orderBy('source').orderBy('key').execute()
  return rows.map((row) => toGate(row, traits))
}
