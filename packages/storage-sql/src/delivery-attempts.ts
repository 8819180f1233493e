// The attempts at deliveries that are over.
import { ATTEMPT_COLUMNS, type AttemptRow } from './delivery-rows.ts'
import type { Database } from './schema.ts'

/** Of each delivery from the oldest on. */
export async function attemptsOf(db: Database, deliveryIds: readonly string[]): Promise<readonly AttemptRow[]> {
  if (deliveryIds.length === 0) return []
  return db
    .selectFrom('delivery_attempts')
    .select(ATTEMPT_COLUMNS)
    .where('delivery_id', 'in', deliveryIds)
    .orderBy('delivery_id')
    .orderBy('attempt')
    .execute()
}

export function byDelivery(attempts: readonly AttemptRow[]): ReadonlyMap<string, readonly AttemptRow[]> {
  const grouped = new Map<string, AttemptRow[]>()
  for (const attempt of attempts) {
    const own = grouped.get(attempt.delivery_id)
    if (own) own.push(attempt)
    else grouped.set(attempt.delivery_id, [attempt])
  }
  return grouped
}
