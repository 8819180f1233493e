// The one way in which attempts at deliveries end: the delivery moves on, and what is told of the attempt is stored with
// it.
import { ATTEMPT_COLUMNS, type AttemptRow, type DeliveryRow } from './delivery-rows.ts'
import type { Database, Instant } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { inStatements, updateEach } from './values-list.ts'

/** What the end of an attempt makes of its delivery. */
export interface DeliveryChange {
  readonly before: DeliveryRow
  readonly after: DeliveryRow
  /** Absent of an attempt that was given back. */
  readonly attempt?: AttemptRow
}

/** What came of an attempt: the status of an answer, why it failed, or both. */
export interface AttemptEnd {
  readonly endedAt: Instant
  readonly status?: number
  readonly error?: string
}

export function endAttempt(
  before: DeliveryRow,
  values: Pick<DeliveryRow, 'status' | 'updated_at'> & Partial<DeliveryRow>,
  end?: AttemptEnd,
): DeliveryChange {
  const after = { ...before, lease_until: null, claimed_at: null, ...values }
  if (!end) return { before, after }
  const { endedAt: ended_at, status = null, error = null } = end
  const started_at = before.claimed_at ?? ended_at
  return {
    before,
    after,
    attempt: { delivery_id: before.id, attempt: before.attempt, started_at, ended_at, status, error },
  }
}

/** Writes what has changed. The rows are locked by whoever calls this. */
export async function changeDeliveries(
  trx: Database,
  changes: readonly DeliveryChange[],
  traits: SqlDialectTraits,
): Promise<void> {
  await updateEach(trx, 'deliveries', { rows: changes, columns: WRITTEN_OF_DELIVERIES }, traits)
  const attempts = changes.flatMap(({ attempt }) => (attempt ? [attempt] : []))
  for (const some of inStatements(attempts, { columns: ATTEMPT_COLUMNS.length }, traits)) {
    await trx.insertInto('delivery_attempts').values(some).execute()
  }
}

const WRITTEN_OF_DELIVERIES = {
  status: 'text',
  failures: 'integer',
  run_at: 'instant',
  lease_until: 'instant',
  claimed_at: 'instant',
  updated_at: 'instant',
  ended_at: 'instant',
} as const
