// What a storage must say about deliveries, kept as plainly as possible: a list, searched from its beginning each time.
//
// Time is in minutes: whatever is to be waited for ends half a minute beside the moments at which anything is asked, so that
// the clock of a real storage, which runs meanwhile, decides nothing.
import assert from 'node:assert/strict'
import { LOST_ATTEMPT } from '@ytscriptify/core'
import type { ClaimDeliveriesOptions, Delivery, DeliveryClaim, DeliveryOutcome } from '@ytscriptify/core'

export interface ModelDelivery {
  readonly id: string
  readonly receiver: string
  status: 'pending' | 'processing' | 'delivered' | 'failed'
  attempt: number
  failures: number
  /** When it is due while it is pending, and when its lease runs out while it is processing. */
  moment: number
  dueBefore: number
  attempts: Pick<Delivery['attempts'][number], 'attempt' | 'status' | 'error'>[]
}

export const MINUTE = 60_000
const HALF = MINUTE / 2

export function createDeliveryModel() {
  const deliveries: ModelDelivery[] = []
  let now = 0

  return {
    deliveries,
    advance: (minutes: number) => void (now += minutes * MINUTE),

    add(id: string, receiver: string): void {
      const counts = { attempt: 0, failures: 0, attempts: [] }
      deliveries.push({ id, receiver, status: 'pending', moment: now, dueBefore: now, ...counts })
    },

    /** Which of equals is taken first is the storage's affair, so that a claim is judged, and then followed. */
    checkClaim({ limit, leaseMs, perReceiver, busy }: ClaimDeliveriesOptions, claim: DeliveryClaim): void {
      for (const one of deliveries) if (one.status === 'processing' && one.moment <= now) takeBack(one)
      const rooms = new Map(deliveries.map(({ receiver }) => [receiver, perReceiver - (busy.get(receiver) ?? 0)]))
      const couldBeTaken = (): ModelDelivery[] =>
        deliveries
          .filter(({ status, receiver }) => status === 'pending' && (rooms.get(receiver) ?? 0) > 0)
          .toSorted((a, b) => a.moment - b.moment)

      for (const { lease, failures, receiver } of claim.deliveries) {
        const [longestDue] = couldBeTaken()
        const one = found(lease.deliveryId)
        assert.ok(longestDue && longestDue.moment <= now, 'nothing more could be taken')
        assert.deepEqual([one.status, one.moment], ['pending', longestDue.moment], 'another one was due for longer')
        assert.deepEqual([lease.attempt, failures, receiver], [one.attempt + 1, one.failures, one.receiver])
        rooms.set(one.receiver, (rooms.get(one.receiver) ?? 0) - 1)
        Object.assign(one, {
          status: 'processing',
          attempt: lease.attempt,
          moment: now + leaseMs,
          dueBefore: one.moment,
        })
      }

      const [next] = couldBeTaken()
      assert.ok(claim.deliveries.length <= limit)
      if (claim.deliveries.length < limit) assert.ok(!next || next.moment > now, 'more could have been taken')
      const { nextDueMs } = claim
      if (!next || nextDueMs === undefined) assert.equal(nextDueMs, next?.moment)
      else if (next.moment <= now) assert.equal(nextDueMs, 0)
      else assert.ok(Math.abs(nextDueMs - (next.moment - now)) < HALF, `next due in ${nextDueMs} ms`)
    },

    /** @returns whether it is accepted. */
    settle(id: string, attempt: number, outcome: DeliveryOutcome): boolean {
      const one = found(id)
      if (one.status !== 'processing' || one.attempt !== attempt) return false
      if (outcome.type === 'delivered') {
        one.attempts.push({ attempt, status: outcome.status })
        one.status = 'delivered'
      } else if (outcome.type === 'released') {
        Object.assign(one, { status: 'pending', moment: one.dueBefore })
      } else {
        const { reason: error, status } = outcome
        one.attempts.push({ attempt, ...(status !== undefined && { status }), error })
        one.failures += 1
        one.status = outcome.type === 'retry' ? 'pending' : 'failed'
        if (outcome.type === 'retry') one.moment = now + outcome.afterMs
      }
      return true
    },

    replay(id: string): void {
      const one = found(id)
      if (one.status !== 'processing') Object.assign(one, { status: 'pending', failures: 0, moment: now })
    },

    checkDelivery({ status, attempt, failures, nextAttemptAt, endedAt, ...delivery }: Delivery): void {
      const one = found(delivery.id)
      const hasEnded = one.status === 'delivered' || one.status === 'failed'
      assert.deepEqual(
        { status, attempt, failures, waits: nextAttemptAt !== undefined, ended: endedAt !== undefined },
        {
          status: hasEnded ? one.status : 'pending',
          attempt: one.attempt,
          failures: one.failures,
          waits: one.status === 'pending',
          ended: hasEnded,
        },
      )
      const attempts = delivery.attempts.map(({ startedAt, endedAt: attemptEnd, ...rest }) => {
        assert.ok(startedAt <= attemptEnd)
        return rest
      })
      assert.deepEqual(attempts, one.attempts)
    },
  }

  function found(id: string): ModelDelivery {
    const one = deliveries.find((delivery) => delivery.id === id)
    assert.ok(one, `nobody knows ${id}`)
    return one
  }

  function takeBack(one: ModelDelivery): void {
    one.attempts.push({ attempt: one.attempt, error: LOST_ATTEMPT })
    Object.assign(one, { status: 'pending', failures: one.failures + 1, moment: now })
  }
}

/** So many minutes and a half. */
export const minutesAndAHalf = (minutes: number): number => minutes * MINUTE + HALF
