// A delivery as it lies in memory, and how callers see it.
import { randomUUID } from 'node:crypto'
import { receiverOf, type Delivery, type DeliveryAttempt, type DeliveryLease } from '@ytscriptify/core'
import type { HeapItem } from './heap.ts'

export interface DeliveryRow extends HeapItem {
  readonly id: string
  readonly jobId: string
  readonly url: string
  readonly receiver: string
  readonly type: string
  readonly createdAt: number
  state: DeliveryState
  /** When it is due, while it is pending. */
  runAt: number
  attempt: number
  failures: number
  readonly attempts: DeliveryAttempt[]
  updatedAt: number
}

export type DeliveryState =
  | { readonly status: 'pending' }
  | { readonly status: 'sending'; readonly claimedAt: number; readonly leaseUntil: number }
  | { readonly status: 'delivered' }
  | { readonly status: 'failed' }

export interface NewDelivery {
  readonly jobId: string
  readonly url: string
  readonly type: string
}

export const createDeliveryRow = ({ jobId, url, type }: NewDelivery, now: number): DeliveryRow => ({
  id: `msg_${randomUUID()}`,
  jobId,
  url,
  receiver: receiverOf(url),
  type,
  createdAt: now,
  state: { status: 'pending' },
  runAt: now,
  attempt: 0,
  failures: 0,
  attempts: [],
  updatedAt: now,
  slot: -1,
})

/** Whether a lease is the current attempt: the fence. */
export const isCurrentDelivery = ({ state, attempt }: DeliveryRow, lease: DeliveryLease): boolean =>
  state.status === 'sending' && attempt === lease.attempt

/** When the lease of one that is being sent runs out. */
export const leaseEndOf = ({ state }: DeliveryRow): number => (state.status === 'sending' ? state.leaseUntil : Infinity)

export function toDelivery(row: DeliveryRow): Delivery {
  const { id, jobId, url, receiver, type, state, runAt, attempt, failures, createdAt, updatedAt } = row
  const hasEnded = state.status === 'delivered' || state.status === 'failed'
  return {
    id,
    jobId,
    url,
    receiver,
    type,
    status: hasEnded ? state.status : 'pending',
    attempt,
    failures,
    ...(state.status === 'pending' && { nextAttemptAt: new Date(runAt) }),
    attempts: [...row.attempts],
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    // What has ended changes only by a replay, so that its last change is its end.
    ...(hasEnded && { endedAt: new Date(updatedAt) }),
  }
}
