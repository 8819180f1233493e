// Makes a delivery anew, under the same id, because somebody asked for it.
import type { Delivery, DeliveryQuery } from '@ytscriptify/core'
import { changeDeliveries } from './change-deliveries.ts'
import { attemptsOf } from './delivery-attempts.ts'
import { DELIVERY_COLUMNS, toDelivery, type DeliveryRow } from './delivery-rows.ts'
import { lockJobs, locking } from './locks.ts'
import { readClock } from './read-clock.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export async function replayDelivery(
  trx: Database,
  { id, jobId }: DeliveryQuery,
  traits: SqlDialectTraits,
): Promise<Delivery | undefined> {
  // Its job first: whoever deletes that passes it over while it is locked, and has deleted the delivery before it lets go.
  await lockJobs(trx, [jobId], traits)
  const query = trx.selectFrom('deliveries').select(DELIVERY_COLUMNS).where('id', '=', id).where('job_id', '=', jobId)
  const [before] = await locking(query, 'deliveries', traits).execute()
  if (!before) return undefined

  const after = before.status === 'processing' ? before : againFrom(before, await readClock(trx, traits), traits)
  await changeDeliveries(trx, [{ before, after }], traits)
  return toDelivery(after, await attemptsOf(trx, [id]), traits)
}

function againFrom(before: DeliveryRow, now: number, { instant }: SqlDialectTraits): DeliveryRow {
  const moment = instant.encode(now)
  return { ...before, status: 'pending', failures: 0, run_at: moment, updated_at: moment, ended_at: null }
}
