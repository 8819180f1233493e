// Deliveries and their attempts as rows, and what callers see of them.
import type { Selectable } from 'kysely'
import type { ClaimedDelivery, Delivery, DeliveryAttempt } from '@ytscriptify/core'
import { dateOf } from './row-mapping.ts'
import type { DeliveriesTable, DeliveryAttemptsTable } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** A delivery, without who claimed it, which only people who look into the database want to know. */
export type DeliveryRow = Omit<Selectable<DeliveriesTable>, 'claimed_by'>

export const DELIVERY_COLUMNS = [
  'id',
  'job_id',
  'url',
  'receiver',
  'type',
  'status',
  'attempt',
  'failures',
  'run_at',
  'lease_until',
  'claimed_at',
  'created_at',
  'updated_at',
  'ended_at',
] as const satisfies readonly (keyof DeliveryRow)[]

export type AttemptRow = Selectable<DeliveryAttemptsTable>

export const ATTEMPT_COLUMNS = [
  'delivery_id',
  'attempt',
  'started_at',
  'ended_at',
  'status',
  'error',
] as const satisfies readonly (keyof AttemptRow)[]

/** @param attempts - Those that are over, oldest first. */
export function toDelivery(
  row: DeliveryRow,
  attempts: readonly AttemptRow[],
  { instant }: Pick<SqlDialectTraits, 'instant'>,
): Delivery {
  const date = dateOf(instant)
  return {
    id: row.id,
    jobId: row.job_id,
    url: row.url,
    receiver: row.receiver,
    type: row.type,
    // To callers an attempt under way is a delivery that is still to be made.
    status: row.status === 'processing' ? 'pending' : row.status,
    attempt: row.attempt,
    failures: row.failures,
    ...(row.status === 'pending' && { nextAttemptAt: date(row.run_at) }),
    attempts: attempts.map((attempt) => toAttempt(attempt, date)),
    createdAt: date(row.created_at),
    updatedAt: date(row.updated_at),
    ...(row.ended_at !== null && { endedAt: date(row.ended_at) }),
  }
}

function toAttempt(row: AttemptRow, date: ReturnType<typeof dateOf>): DeliveryAttempt {
  return {
    attempt: row.attempt,
    startedAt: date(row.started_at),
    endedAt: date(row.ended_at),
    ...(row.status !== null && { status: row.status }),
    ...(row.error !== null && { error: row.error }),
  }
}

/** What a claim tells of a delivery. */
export const CLAIMED_DELIVERY_COLUMNS = [
  'id',
  'job_id',
  'url',
  'receiver',
  'type',
  'attempt',
  'failures',
] as const satisfies readonly (keyof DeliveryRow)[]

/** @param row - As it stands after the claim. */
export const toClaimedDelivery = (
  row: Pick<DeliveryRow, (typeof CLAIMED_DELIVERY_COLUMNS)[number]>,
): ClaimedDelivery => ({
  lease: { deliveryId: row.id, attempt: row.attempt },
  jobId: row.job_id,
  url: row.url,
  receiver: row.receiver,
  type: row.type,
  failures: row.failures,
})
