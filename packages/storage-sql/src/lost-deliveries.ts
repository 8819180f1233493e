// Takes back the deliveries whose sender died: they are due at once, and the lost attempt counts as a failure.
import { sql } from 'kysely'
import { LOST_ATTEMPT } from '@ytscriptify/core'
import { changeDeliveries, endAttempt } from './change-deliveries.ts'
import { DELIVERY_COLUMNS } from './delivery-rows.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** Whether there is a delivery to take back. */
export async function hasLostDeliveries(db: Database, now: number, traits: SqlDialectTraits): Promise<boolean> {
  return (await lost(db, now, traits).select('id').limit(sql.lit(1)).execute()).length > 0
}

export async function takeBackLostDeliveries(trx: Database, now: number, traits: SqlDialectTraits): Promise<void> {
  const query = lost(trx, now, traits)
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

const lost = (db: Database, now: number, { instant }: SqlDialectTraits) =>
  db
    .selectFrom('deliveries')
    .where('status', '=', sql.lit('processing'))
    .where('lease_until', '<=', instant.encode(now))
