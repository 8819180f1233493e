// Who makes which callback, and how it went.
import { LOST_ATTEMPT, type ClaimDeliveriesOptions, type DeliveryOutcome } from '../../delivery.ts'
import { allDeliveries, type Grant, type Model, type ModelDelivery, type ModelJob } from './state.ts'

export interface ModelDeliveryClaim {
  readonly claimed: readonly ModelDelivery[]
  readonly nextDueMs?: number
}

export function claimDeliveries(model: Model, options: ClaimDeliveriesOptions): ModelDeliveryClaim {
  const { now } = model
  for (const one of allDeliveries(model)) if (one.held && one.held.until <= now) takeBack(model, one, one.held.until)
  const { taken, next } = choose(model, options)
  for (const one of taken) {
    one.status = 'sending'
    one.attempt += 1
    one.updatedAt = now
    one.held = { since: now, until: now + options.leaseMs }
    model.sendings.push({ of: one.job.input.id, attempt: one.attempt })
  }
  model.note(taken.length === 0 ? 'no delivery due' : 'a delivery claimed')
  return { claimed: taken, ...(next && { nextDueMs: Math.max(0, next.runAt - now) }) }
}

/**
 * Whether the answer to a claim may hang on which of two deliveries that are due since the same moment comes first. No rule
 * says that, so storages may differ there.
 */
export function isUndecided(model: Model): boolean {
  const { now } = model
  const moments = allDeliveries(model).flatMap(({ status, runAt, held }) => {
    if (status === 'pending') return [runAt]
    return held && held.until <= now ? [now] : []
  })
  return new Set(moments).size < moments.length
}

/** The longest due first, and of no receiver more than it may have. */
function choose(model: Model, { limit, perReceiver, busy }: ClaimDeliveriesOptions) {
  const taken: ModelDelivery[] = []
  const hasRoom = ({ receiver }: ModelDelivery): boolean =>
    taken.filter((one) => one.receiver === receiver).length < perReceiver - (busy.get(receiver) ?? 0)
  const firstLeft = (): ModelDelivery | undefined =>
    allDeliveries(model)
      .filter((one) => one.status === 'pending' && !taken.includes(one) && hasRoom(one))
      .toSorted((a, b) => a.runAt - b.runAt)[0]

  let next = firstLeft()
  while (next && next.runAt <= model.now && taken.length < limit) {
    taken.push(next)
    next = firstLeft()
  }
  return { taken, next }
}

/** What became of it nobody knows. It ended with its lease. */
function takeBack(model: Model, delivery: ModelDelivery, endedAt: number): void {
  record(delivery, { type: 'retry', reason: LOST_ATTEMPT }, endedAt)
  makePending(model, delivery, model.now)
  model.note('a delivery lost')
}

/** @returns the delivery, unless the attempt is no longer the current one. */
export function settleDelivery(model: Model, lease: Grant, outcome: DeliveryOutcome): ModelDelivery | undefined {
  const { now, note } = model
  const one = allDeliveries(model).find(
    ({ job, status, attempt }) => job.input.id === lease.of && status === 'sending' && attempt === lease.attempt,
  )
  if (!one) {
    note('a late word about a delivery')
    return undefined
  }
  record(one, outcome, now)
  if (outcome.type === 'retry') makePending(model, one, now + outcome.afterMs)
  else if (outcome.type === 'released') makePending(model, one, one.runAt)
  else Object.assign(one, { status: outcome.type, updatedAt: now })
  delete one.held
  note(`a delivery: ${outcome.type}`)
  return one
}

/** @returns the delivery, when the job has one. */
export function replay(model: Model, { delivery }: ModelJob): ModelDelivery | undefined {
  if (!delivery || delivery.status === 'sending') return delivery
  makePending(model, delivery, model.now)
  delivery.failures = 0
  model.note('a delivery replayed')
  return delivery
}

/** Notes an attempt that is over. One that was given back never took place. */
function record(
  delivery: ModelDelivery,
  outcome: Pick<DeliveryOutcome, 'type'> & { readonly status?: number; readonly reason?: string },
  endedAt: number,
): void {
  if (outcome.type === 'released' || !delivery.held) return
  const { type, status, reason } = outcome
  delivery.attempts.push({
    attempt: delivery.attempt,
    startedAt: delivery.held.since,
    endedAt,
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { error: reason }),
  })
  if (type !== 'delivered') delivery.failures += 1
}

function makePending({ now }: Model, delivery: ModelDelivery, runAt: number): void {
  Object.assign(delivery, { status: 'pending', runAt, updatedAt: now })
  delete delivery.held
}
