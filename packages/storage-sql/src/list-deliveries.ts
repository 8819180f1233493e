// The deliveries of a job, with what became of their attempts.
import type { Delivery } from '@ytscriptify/core'
import { attemptsOf, byDelivery } from './delivery-attempts.ts'
import { DELIVERY_COLUMNS, toDelivery, type DeliveryRow } from './delivery-rows.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export async function listDeliveries(
  db: Database,
  jobId: string,
  traits: SqlDialectTraits,
): Promise<readonly Delivery[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(DELIVERY_COLUMNS)
    .where('job_id', '=', jobId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  // By the ids, and not by a join: as long as it has no statistics, PostgreSQL goes through all attempts for that.
  const attempts = byDelivery(
    await attemptsOf(
      db,
      rows.map(({ id }) => id),
    ),
  )
  return rows.map((row) => {
    // An attempt that ends between the two reads is not shown beside a delivery that does not know of it yet.
    const own = attempts.get(row.id)?.filter(({ attempt }) => isOver(row, attempt)) ?? []
    return toDelivery(row, own, traits)
  })
}

const isOver = (row: DeliveryRow, attempt: number): boolean =>
  row.status === 'processing' ? attempt < row.attempt : attempt <= row.attempt
