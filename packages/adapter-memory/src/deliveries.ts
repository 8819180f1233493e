// Who sends which callback, and how it went.
import {
  LOST_ATTEMPT,
  type ClaimDeliveriesOptions,
  type ClaimedDelivery,
  type Delivery,
  type DeliveryAttempt,
  type DeliveryClaim,
  type DeliveryOutcome,
  type DeliveryQuery,
  type DeliverySettleResult,
  type DeliverySettlement,
} from '@ytscriptify/core'
import {
  createDeliveryRow,
  isCurrentDelivery,
  leaseEndOf,
  toDelivery,
  type DeliveryRow,
  type DeliveryState,
  type NewDelivery,
} from './delivery-row.ts'
import type { Memory } from './memory.ts'

export function addDelivery(memory: Memory, delivery: NewDelivery, now: number): void {
  const row = createDeliveryRow(delivery, now)
  memory.deliveries.set(row.id, row)
  memory.deliveriesByJob.set(row.jobId, [...(memory.deliveriesByJob.get(row.jobId) ?? []), row])
  memory.deliveryLanes.add(row)
}

export const listDeliveries = ({ deliveriesByJob }: Memory, jobId: string): Delivery[] =>
  (deliveriesByJob.get(jobId) ?? []).map(toDelivery)

export function claimDeliveries(
  memory: Memory,
  { limit, leaseMs, perReceiver, busy }: ClaimDeliveriesOptions,
): DeliveryClaim {
  const now = memory.now()
  takeBackLost(memory, now)
  const freeOf = (receiver: string): number => perReceiver - (busy.get(receiver) ?? 0)
  const { rows, nextRunAt } = memory.deliveryLanes.take({ now, limit, freeOf })
  const deliveries = rows.map((row) => start(memory, row, { leaseMs, now }))
  return { deliveries, ...(nextRunAt !== undefined && { nextDueMs: Math.max(0, nextRunAt - now) }) }
}

export function settleDelivery(memory: Memory, { lease, outcome }: DeliverySettlement): DeliverySettleResult {
  const row = memory.deliveries.get(lease.deliveryId)
  if (!row || !isCurrentDelivery(row, lease)) return { accepted: false }

  const now = memory.now()
  record(row, outcome, now)
  memory.sentDeliveries.remove(row)
  switch (outcome.type) {
    case 'delivered':
      row.state = { status: 'delivered' }
      break
    case 'failed':
      row.state = { status: 'failed' }
      break
    case 'retry':
      makePending(memory, row, now + outcome.afterMs)
      break
    case 'released':
      makePending(memory, row, row.runAt)
      break
  }
  row.updatedAt = now
  return { accepted: true, delivery: toDelivery(row) }
}

export function replayDelivery(memory: Memory, { id, jobId }: DeliveryQuery): Delivery | undefined {
  const row = memory.deliveries.get(id)
  if (row?.jobId !== jobId) return undefined
  if (row.state.status !== 'sending') {
    const now = memory.now()
    if (row.state.status === 'pending') memory.deliveryLanes.remove(row)
    row.failures = 0
    row.updatedAt = now
    makePending(memory, row, now)
  }
  return toDelivery(row)
}

function start(memory: Memory, row: DeliveryRow, { leaseMs, now }: { leaseMs: number; now: number }): ClaimedDelivery {
  row.state = { status: 'sending', claimedAt: now, leaseUntil: now + leaseMs }
  row.attempt += 1
  row.updatedAt = now
  memory.sentDeliveries.add(row)
  const { id: deliveryId, attempt, jobId, url, receiver, type, failures } = row
  return { lease: { deliveryId, attempt }, jobId, url, receiver, type, failures }
}

function takeBackLost(memory: Memory, now: number): void {
  const { sentDeliveries } = memory
  for (let row = sentDeliveries.peek(); row && leaseEndOf(row) <= now; row = sentDeliveries.peek()) {
    // It ended with its lease: what came after that is the absence of everybody.
    record(row, { type: 'retry', afterMs: 0, reason: LOST_ATTEMPT }, leaseEndOf(row))
    sentDeliveries.remove(row)
    row.updatedAt = now
    makePending(memory, row, now)
  }
}

/** Notes an attempt that is over. One that was given back never took place. */
function record(row: DeliveryRow, outcome: DeliveryOutcome, endedAt: number): void {
  if (outcome.type === 'released') return
  const attempt: DeliveryAttempt = {
    attempt: row.attempt,
    startedAt: new Date(startOf(row.state, endedAt)),
    endedAt: new Date(endedAt),
    ...(outcome.status !== undefined && { status: outcome.status }),
    ...(outcome.type !== 'delivered' && { error: outcome.reason }),
  }
  row.attempts.push(attempt)
  if (outcome.type !== 'delivered') row.failures += 1
}

function makePending({ deliveryLanes }: Memory, row: DeliveryRow, runAt: number): void {
  row.state = { status: 'pending' }
  row.runAt = runAt
  deliveryLanes.add(row)
}

const startOf = (state: DeliveryState, endedAt: number): number =>
  state.status === 'sending' ? state.claimedAt : endedAt
