import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** Milliseconds since 1970 by the clock of the database: the one clock that leases, back-off and deadlines go by. */
export async function readClock(db: Database, { clock, instant }: SqlDialectTraits): Promise<number> {
  const { now } = await db.selectNoFrom(clock().as('now')).executeTakeFirstOrThrow()
  return instant.decode(now)
}
