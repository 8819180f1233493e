// Takes back the deliveries whose sender died: they are due at once, and the lost attempt counts as a failure.
import { sql, type Expression } from 'kysely'
import { LOST_ATTEMPT } from '@ytscriptify/core'
import { changeDeliveries, endAttempt } from './change-deliveries.ts'
import { DELIVERY_COLUMNS } from './delivery-rows.ts'
import { readClock } from './read-clock.ts'
import type { Database, Instant } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** Whether there is a delivery to take back. */
export async function hasLostDeliveries(db: Database, { clock }: SqlDialectTraits): Promise<boolean> {
  // Within a query of its own the clock is read once, and may be looked for in the index. That this is what happens needs an order:
  // the planner does not know how many there are before a moment that it does not know, and one of many is soon found in the table.
  const now = sql<Instant>`(select ${clock()})`
  return (await lost(db, now).select('id').orderBy('lease_until').limit(sql.lit(1)).execute()).length > 0
}

/**
 * In a transaction of its own. Whoever changes a row twice in one makes PostgreSQL check its references at the second time, changed or
 * not, and lock its job for that: a claim of what it has just taken back would lock deliveries first and jobs then, against the order
 * of all others. (`RI_FKey_fk_upd_check_required` in
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/ri_triggers.c)
 */
export async function takeBackLostDeliveries(db: Database, traits: SqlDialectTraits): Promise<void> {
  const isQuiet = await traits.read(db, async (reader) => !(await hasLostDeliveries(reader, traits)))
  if (!isQuiet) await traits.write(db, (trx) => takeBackIn(trx, traits))
}

async function takeBackIn(trx: Database, traits: SqlDialectTraits): Promise<void> {
  const now = await readClock(trx, traits)
  const query = lost(trx, traits.instant.encode(now))
    .select(DELIVERY_COLUMNS)
    .orderBy('lease_until')
    .orderBy('id')
    .limit(sql.lit(MAX_TAKEN_BACK))
  // Waits for nobody: what is locked is just being settled, or taken back by somebody else.
  const rows = await (traits.rowLocks ? query.forUpdate().skipLocked() : query).execute()
  if (rows.length === 0) return
  const moment = traits.instant.encode(now)
  const changes = rows.map((row) =>
    endAttempt(
      row,
      { status: 'pending', failures: row.failures + 1, run_at: moment, updated_at: moment },
      // It ended with its lease: what came after that is the absence of everybody.
      { endedAt: row.lease_until ?? moment, error: LOST_ATTEMPT },
    ),
  )
  await changeDeliveries(trx, changes, traits)
}

/** So that others get their turn; the next claim goes on. */
const MAX_TAKEN_BACK = 500

const lost = (db: Database, now: Instant | Expression<Instant>) =>
  db.selectFrom('deliveries').where('status', '=', sql.lit('processing')).where('lease_until', '<=', now)
