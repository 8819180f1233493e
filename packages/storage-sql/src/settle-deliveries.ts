// Records how attempts at deliveries went, many in one transaction.
import { sql } from 'kysely'
import type {
  DeliveryFailure,
  DeliveryLease,
  DeliveryOutcome,
  DeliverySettleResult,
  DeliverySettlement,
} from '@ytscriptify/core'
import { changeDeliveries, endAttempt, type AttemptEnd, type DeliveryChange } from './change-deliveries.ts'
import { attemptsOf, byDelivery } from './delivery-attempts.ts'
import { DELIVERY_COLUMNS, toDelivery, type AttemptRow, type DeliveryRow } from './delivery-rows.ts'
import { locking } from './locks.ts'
import { readClock } from './read-clock.ts'
import type { Database, Instant } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { valuesList } from './values-list.ts'

/** One entry for each settlement, in their order. */
export async function settleDeliveries(
  trx: Database,
  settlements: readonly DeliverySettlement[],
  traits: SqlDialectTraits,
): Promise<readonly DeliverySettleResult[]> {
  const current = await lockCurrent(
    trx,
    settlements.map(({ lease }) => lease),
    traits,
  )
  const now = await readClock(trx, traits)
  const settled = settleEach(settlements, { current, now, instant: traits.instant })
  const changes = settled.flatMap((change) => change ?? [])
  await changeDeliveries(trx, changes, traits)

  const attemptsOf = await readAttempts(trx, changes)
  return settled.map((change) =>
    change ? { accepted: true, delivery: toDelivery(change.after, attemptsOf(change), traits) } : { accepted: false },
  )
}

/** The fence: of these leases, the deliveries that are `processing` exactly that attempt. */
async function lockCurrent(
  trx: Database,
  leases: readonly DeliveryLease[],
  traits: SqlDialectTraits,
): Promise<readonly DeliveryRow[]> {
  const held = leases.map(({ deliveryId: id, attempt }) => ({ id, attempt }))
  const query = trx
    .with('held', () => valuesList(held, { id: 'text', attempt: 'integer' }, traits))
    .selectFrom('deliveries')
    .innerJoin('held', 'held.id', 'deliveries.id')
    .select(DELIVERY_COLUMNS.map(<C extends string>(column: C) => `deliveries.${column}` as const))
    .where('deliveries.status', '=', sql.lit('processing'))
    .whereRef('deliveries.attempt', '=', 'held.attempt')
  return locking(query, 'deliveries', traits).execute()
}

interface Situation {
  readonly current: readonly DeliveryRow[]
  readonly now: number
  readonly instant: SqlDialectTraits['instant']
}

/** Pure. `undefined` for what is refused. */
function settleEach(
  settlements: readonly DeliverySettlement[],
  { current, now, instant }: Situation,
): readonly (DeliveryChange | undefined)[] {
  const open = new Map(current.map((row) => [row.id, row]))
  return settlements.map(({ lease, outcome }) => {
    const before = open.get(lease.deliveryId)
    if (before?.attempt !== lease.attempt) return undefined
    // A second outcome of the same attempt comes too late.
    open.delete(lease.deliveryId)
    return changeBy(outcome, before, { now, instant })
  })
}

function changeBy(
  outcome: DeliveryOutcome,
  before: DeliveryRow,
  { now, instant }: Pick<Situation, 'now' | 'instant'>,
): DeliveryChange {
  const moment = instant.encode(now)
  const updated_at = moment
  switch (outcome.type) {
    case 'delivered': {
      const { status } = outcome
      return endAttempt(before, { status: 'delivered', ended_at: moment, updated_at }, { endedAt: moment, status })
    }
    case 'retry': {
      const values = { status: 'pending', failures: before.failures + 1, updated_at } as const
      const run_at = instant.encode(now + outcome.afterMs)
      return endAttempt(before, { ...values, run_at }, failureAt(moment, outcome))
    }
    case 'failed': {
      const values = { status: 'failed', failures: before.failures + 1, updated_at } as const
      return endAttempt(before, { ...values, ended_at: moment }, failureAt(moment, outcome))
    }
    case 'released':
      return endAttempt(before, { status: 'pending', updated_at })
  }
}

const failureAt = (endedAt: Instant, { reason: error, status }: DeliveryFailure): AttemptEnd => ({
  endedAt,
  error,
  ...(status !== undefined && { status }),
})

/** All attempts of deliveries that have just changed. The first one of a delivery, which most are, is known already. */
async function readAttempts(
  trx: Database,
  changes: readonly DeliveryChange[],
): Promise<(change: DeliveryChange) => readonly AttemptRow[]> {
  const isFirst = ({ before }: DeliveryChange): boolean => before.attempt === 1
  const firsts = changes.filter(isFirst).flatMap(({ attempt }) => attempt ?? [])
  const others = changes.filter((change) => !isFirst(change)).map(({ before }) => before.id)
  const attempts = byDelivery([...firsts, ...(await attemptsOf(trx, others))])
  return ({ before }) => attempts.get(before.id) ?? []
}
