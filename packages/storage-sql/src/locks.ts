// Rows that nobody else may change until the transaction ends. Whoever takes several locks takes those of jobs first,
// then those of transcripts, then those of gates, and those of workers last; each kind in the order of its ids: so no
// two can wait for each other. Deliveries are locked alone, as the end of a job only adds its own, or after their jobs.
// Whoever takes only what is free may do so at any time, as long as nothing is waited for afterwards.
import { sql, type SelectQueryBuilder } from 'kysely'
import type { Lease } from '@ytscriptify/core'
import { STATE_COLUMNS, type JobRow, type TranscriptState } from './columns.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { valuesList } from './values-list.ts'

/** `for update`, in the one order for all, where rows are locked one by one. Elsewhere even the sorting would be wasted. */
export function locking<DB, TB extends keyof DB, O, T extends TB & keyof typeof LOCK_ORDER>(
  query: SelectQueryBuilder<DB, TB, O>,
  table: T,
  { rowLocks }: SqlDialectTraits,
): SelectQueryBuilder<DB, TB, O> {
  if (!rowLocks) return query
  const columns = LOCK_ORDER[table].map((column) => sql.ref(`${table}.${column}`))
  return columns.reduce((ordered, column) => ordered.orderBy(column), query).forUpdate(table)
}

/** The same for the rows alone that nobody else has locked: whoever waits for nobody needs no order, and holds up nobody. */
export function lockingFree<DB, TB extends keyof DB, O, T extends TB & keyof typeof LOCK_ORDER>(
  query: SelectQueryBuilder<DB, TB, O>,
  table: T,
  traits: SqlDialectTraits,
): SelectQueryBuilder<DB, TB, O> {
  return traits.rowLocks ? locking(query, table, traits).skipLocked() : query
}

const LOCK_ORDER = {
  jobs: ['id'],
  transcripts: ['id'],
  gates: ['source', 'key'],
  workers: ['id'],
  deliveries: ['id'],
} as const

/** The jobs with these ids, by id. */
export async function lockJobs(
  trx: Database,
  ids: readonly string[],
  traits: SqlDialectTraits,
): Promise<Map<string, JobRow>> {
  if (ids.length === 0) return new Map()
  return byId(await locking(jobsWith(trx, ids), 'jobs', traits).execute())
}

/**
 * Those of these jobs that nobody else has locked just now, by id. For what can be done later: whoever waits for one job
 * holds those that it has locked already, and everybody who needs one of them waits as well.
 */
export async function lockFreeJobs(
  trx: Database,
  ids: readonly string[],
  traits: SqlDialectTraits,
): Promise<Map<string, JobRow>> {
  if (ids.length === 0) return new Map()
  return byId(await lockingFree(jobsWith(trx, ids), 'jobs', traits).execute())
}

const jobsWith = (db: Database, ids: readonly string[]) =>
  db.selectFrom('jobs').selectAll().where('id', 'in', distinct(ids))

const byId = (rows: readonly JobRow[]): Map<string, JobRow> => new Map(rows.map((row) => [row.id, row]))

/** The jobs of these transcripts, by id. */
export async function lockJobsOf(
  trx: Database,
  transcriptIds: readonly number[],
  traits: SqlDialectTraits,
): Promise<Map<string, JobRow>> {
  if (transcriptIds.length === 0) return new Map()
  // Not in one statement with the next: the list of a subquery is a table that SQLite builds each time.
  const query = trx.selectFrom('transcripts').select('job_id').where('id', 'in', distinct(transcriptIds))
  const rows = await query.execute()
  return lockJobs(
    trx,
    rows.map(({ job_id }) => job_id),
    traits,
  )
}

/** Those of these transcripts that nobody else has locked just now, by id. */
export async function lockFreeTranscripts(
  trx: Database,
  ids: readonly number[],
  traits: SqlDialectTraits,
): Promise<readonly TranscriptState[]> {
  if (ids.length === 0) return []
  const query = trx.selectFrom('transcripts').select(STATE_COLUMNS).where('id', 'in', distinct(ids))
  return lockingFree(query, 'transcripts', traits).execute()
}

/**
 * The fence: of these leases, the transcripts that are `processing` exactly that attempt, by id. Everything that a
 * worker writes goes through here, so that one which was presumed dead, or whose job was cancelled, writes nothing.
 */
export async function lockCurrentAttempts(
  trx: Database,
  leases: readonly Lease[],
  traits: SqlDialectTraits,
): Promise<readonly TranscriptState[]> {
  if (leases.length === 0) return []
  const held = leases.map(({ transcriptId, attempt }) => ({ id: transcriptId, attempt }))
  const query = trx
    .with('held', () => valuesList(held, { id: 'id', attempt: 'integer' }, traits))
    .selectFrom('transcripts')
    .innerJoin('held', 'held.id', 'transcripts.id')
    .select(STATE_COLUMNS.map(<C extends string>(column: C) => `transcripts.${column}` as const))
    .where('transcripts.status', '=', sql.lit('processing'))
    .whereRef('transcripts.attempt', '=', 'held.attempt')
  return locking(query, 'transcripts', traits).execute()
}

export const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]
