// An attempt at a delivery from its claim to what is stored of it.
import type { ClaimedDelivery, DeliveryOutcome, DeliverySettleResult } from '../delivery.ts'
import { isTranscriptionError } from '../errors.ts'
import type { DeliveryContext } from './delivery-context.ts'
import { sendDelivery, type SendOptions } from './send-delivery.ts'

/**
 * Runs an attempt to its end. Never rejects: what goes wrong is settled, or reported.
 *
 * @returns whether the delivery is pending again, and so has a new moment at which it is due.
 */
export async function runDelivery(
  claimed: ClaimedDelivery,
  options: SendOptions,
  context: DeliveryContext,
): Promise<boolean> {
  const outcome = await sendDelivery(claimed, options, context)
  const result = await settle({ claimed, outcome, signal: options.signal }, context)
  context.unsettled.delete(claimed)
  if (result === 'lost') return false
  if (result.accepted) announce(outcome, result, context)
  else context.counters.stale += 1
  return result.accepted && result.delivery.status === 'pending'
}

/**
 * Settles, again and again while the storage is away: nobody can claim it either, and what the receiver has taken would
 * be sent once more. A worker that stops tries one last time.
 */
async function settle(
  { claimed, outcome, signal }: { claimed: ClaimedDelivery; outcome: DeliveryOutcome; signal: AbortSignal },
  { storage, clock, events, unsettled }: DeliveryContext,
): Promise<DeliverySettleResult | 'lost'> {
  // Many attempts may wait here together, and each of them reports: so they ask less and less often.
  for (let pauseMs = 500; ; pauseMs = Math.min(2 * pauseMs, LONGEST_SETTLE_PAUSE_MS)) {
    const isLast = signal.aborted
    try {
      return await storage.settleDelivery({ lease: claimed.lease, outcome })
    } catch (error) {
      events.emit('engine.error', { error, during: 'settle delivery' })
      // The lease runs out, and the attempt counts as lost.
      if (isLast || !isTranscriptionError(error, 'storage_unavailable')) return 'lost'
      unsettled.add(claimed)
      await clock.sleep(pauseMs, signal).catch(() => undefined) // Woken early by the end of the worker.
    }
  }
}

const LONGEST_SETTLE_PAUSE_MS = 8_000

function announce(
  outcome: DeliveryOutcome,
  { delivery }: Extract<DeliverySettleResult, { accepted: true }>,
  { events, counters }: DeliveryContext,
): void {
  switch (outcome.type) {
    case 'delivered':
      counters.delivered += 1
      events.emit('delivery.succeeded', { delivery })
      break
    case 'retry':
      counters.retried += 1
      events.emit('delivery.retrying', { delivery, reason: outcome.reason, afterMs: outcome.afterMs })
      break
    case 'failed':
      counters.failed += 1
      events.emit('delivery.failed', { delivery, reason: outcome.reason })
      break
    case 'released':
      break // Nothing has happened.
  }
}
