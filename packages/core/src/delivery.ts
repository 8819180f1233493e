// A delivery: the callback of one job to one URL, with attempts of its own.

/** To callers an attempt under way is a delivery that is still `pending`. */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed'

/** A durable row, inserted with the end of its job. */
export interface Delivery {
  /** The `webhook-id` of every attempt, so that a receiver recognises repetitions. */
  readonly id: string
  readonly jobId: string
  readonly url: string
  /** Those of one receiver share a limit; see {@link receiverOf}. */
  readonly receiver: string
  /** The name of the event: `job.completed`. */
  readonly type: string
  readonly status: DeliveryStatus
  /** 0 when inserted, + 1 at each claim. Never decreases. */
  readonly attempt: number
  /** Failed attempts since it was inserted or last replayed. */
  readonly failures: number
  /** When the next attempt is due, while `pending`; absent while one is under way. */
  readonly nextAttemptAt?: Date
  /** The attempts that are over, oldest first. */
  readonly attempts: readonly DeliveryAttempt[]
  readonly createdAt: Date
  readonly updatedAt: Date
  /** When it was delivered or given up. */
  readonly endedAt?: Date
}

/** One attempt that is over, for people to read. */
export interface DeliveryAttempt {
  readonly attempt: number
  readonly startedAt: Date
  /** Of one that was lost, the end of its lease. */
  readonly endedAt: Date
  /** The status that the receiver answered with, where it answered. */
  readonly status?: number
  /** Why it failed; absent of the one that succeeded. */
  readonly error?: string
}

/** The fencing token of a delivery: this attempt, and no other. */
export interface DeliveryLease {
  readonly deliveryId: string
  readonly attempt: number
}

export interface ClaimDeliveriesOptions {
  /** Who claims them. */
  readonly workerId: string
  /** How many at most, from 1. */
  readonly limit: number
  /**
   * How long they are this worker's, in milliseconds of the storage's clock. Longer than an attempt may take, since
   * deliveries are not renewed.
   */
  readonly leaseMs: number
  /** How many of one receiver may be under way here. */
  readonly perReceiver: number
  /** How many of each receiver are under way here now. */
  readonly busy: ReadonlyMap<string, number>
}

export interface DeliveryClaim {
  readonly deliveries: readonly ClaimedDelivery[]
  /**
   * Milliseconds until a delivery is due that no receiver's limit holds back: 0 when there is more to claim now, absent
   * when every pending one waits for a receiver at its limit, or none is pending. Those under way do not count.
   */
  readonly nextDueMs?: number
}

export interface ClaimedDelivery {
  readonly lease: DeliveryLease
  readonly jobId: string
  readonly url: string
  readonly receiver: string
  readonly type: string
  readonly failures: number
}

export interface DeliverySettlement {
  readonly lease: DeliveryLease
  readonly outcome: DeliveryOutcome
}

/** How an attempt at a delivery went. */
export type DeliveryOutcome =
  | { readonly type: 'delivered'; readonly status: number }
  /** Again after `afterMs`, with one failure more. */
  | ({ readonly type: 'retry'; readonly afterMs: number } & DeliveryFailure)
  /** Given up: the receiver wants no more, the guard refused, or the schedule is at its end. */
  | ({ readonly type: 'failed' } & DeliveryFailure)
  /** Given back unfinished: due at once, no failure counted, and not recorded among the attempts. */
  | { readonly type: 'released' }

export interface DeliveryFailure {
  readonly reason: string
  /** The status that the receiver answered with, where it answered. */
  readonly status?: number
}

export type DeliverySettleResult =
  | { readonly accepted: true; readonly delivery: Delivery }
  /** The lease was not the current attempt any more: nothing has changed. */
  | { readonly accepted: false }

export interface DeliveryQuery {
  readonly id: string
  readonly jobId: string
}

/** The error of an attempt whose lease ran out: what became of it, nobody knows. */
export const LOST_ATTEMPT = 'The process that sent it was lost.'

/**
 * Which receiver a callback URL belongs to: scheme, host and port, so that all workflows behind one host share one limit.
 *
 * @throws a `TypeError` when it is no URL.
 */
export const receiverOf = (url: string): string => new URL(url).origin
