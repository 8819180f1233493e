// Deletes jobs that ended long ago. Waits for nobody, and keeps nobody waiting for long.
import { sql, type ExpressionBuilder } from 'kysely'
import type { PurgeOptions } from '@ytscriptify/core'
import type { JobRow } from './columns.ts'
import { readClock } from './read-clock.ts'
import type { Database, Tables } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** @returns how many were deleted. What belongs to them goes with them, by the references of its rows. */
export async function purgeJobs(db: Database, options: PurgeOptions, traits: SqlDialectTraits): Promise<number> {
  const isQuiet = await traits.read(db, async (reader) => {
    const found = deletable(reader, await readClock(reader, traits), { ...options, limit: 1 }, traits)
    return (await found.execute()).length === 0
  })
  return isQuiet ? 0 : traits.write(db, (trx) => purgeIn(trx, options, traits))
}

async function purgeIn(trx: Database, options: PurgeOptions, traits: SqlDialectTraits): Promise<number> {
  const query = deletable(trx, await readClock(trx, traits), options, traits)
  const found = await (traits.rowLocks ? query.forUpdate('jobs').skipLocked() : query).execute()
  const ids = await withoutOpenDelivery(trx, bounded(found), traits)
  if (ids.length === 0) return 0
  await trx.deleteFrom('jobs').where('id', 'in', ids).execute()
  return ids.length
}

/** The longest ended first. */
const deletable = (
  db: Database,
  now: number,
  { olderThanMs, limit }: PurgeOptions,
  { instant }: Pick<SqlDialectTraits, 'instant'>,
) =>
  db
    .selectFrom('jobs')
    .select(['jobs.id', 'jobs.data_bytes'])
    .where('jobs.ended_at', '<=', instant.encode(now - olderThanMs))
    .where(hasNoOpenDelivery)
    .orderBy('jobs.ended_at')
    .orderBy('jobs.id')
    .limit(sql.lit(limit))

/**
 * Looked up job by job. Of a `not exists` PostgreSQL makes a join, and without statistics it goes through all deliveries for that.
 */
const hasNoOpenDelivery = ({ eb, selectFrom }: ExpressionBuilder<Tables, 'jobs'>) =>
  eb(
    selectFrom('deliveries')
      .select('deliveries.id')
      .whereRef('deliveries.job_id', '=', 'jobs.id')
      .where('deliveries.status', 'in', OPEN)
      .limit(sql.lit(1)),
    'is',
    null,
  )

const OPEN = ['pending', 'processing'] as const

/** As many as have little text together, and one at least. */
function bounded(found: readonly Pick<JobRow, 'id' | 'data_bytes'>[]): readonly string[] {
  let bytes = 0
  const end = found.findIndex(({ data_bytes }, index) => {
    bytes += Number(data_bytes)
    return index > 0 && bytes > MAX_BYTES
  })
  return (end === -1 ? found : found.slice(0, end)).map(({ id }) => id)
}

/** What one transaction deletes at most, in bytes of text: others wait for it, and SQLite walks over every page. */
const MAX_BYTES = 8_000_000

/**
 * Where rows are locked one by one, a delivery may have been replayed between the look at it and the lock of its job. It
 * cannot any more: {@link replayDelivery} locks the job first.
 */
async function withoutOpenDelivery(
  trx: Database,
  ids: readonly string[],
  { rowLocks }: SqlDialectTraits,
): Promise<readonly string[]> {
  if (!rowLocks || ids.length === 0) return ids
  const rows = await trx
    .selectFrom('jobs')
    .select('jobs.id')
    .where('jobs.id', 'in', ids)
    .where(hasNoOpenDelivery)
    .execute()
  return rows.map(({ id }) => id)
}
