// What the parts of the sender share.
import type { Clock } from '../clock.ts'
import type { ClaimedDelivery } from '../delivery.ts'
import type { TranscriptionEmitter } from '../events.ts'
import type { Notifier } from '../notifier.ts'
import type { TranscriptionStorage } from '../storage.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { DeliveryOptions } from './delivery-options.ts'

export interface DeliveryContext {
  readonly storage: TranscriptionStorage
  readonly notifier: Notifier
  readonly events: TranscriptionEmitter
  readonly clock: Clock
  readonly random: () => number
  readonly options: DeliveryOptions
  readonly budget: ByteBudget
  readonly counters: DeliveryCounters
  /** Attempts that are over, and whose outcome could not be stored yet. */
  readonly unsettled: Set<ClaimedDelivery>
}

/** What a worker has done about callbacks since it was created. */
export interface DeliveryCounters {
  delivered: number
  /** Attempts that failed and are made again. */
  retried: number
  /** Callbacks that were given up. */
  failed: number
  /** Attempts that ended after their lease: the receiver may be called once more. */
  stale: number
}
