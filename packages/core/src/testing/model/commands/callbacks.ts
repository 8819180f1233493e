// What becomes of callbacks: claimed, settled, lost, replayed.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ClaimDeliveriesOptions, DeliveryOutcome } from '../../../delivery.ts'
import { commandOf, nthOf } from '../command.ts'
import { claimDeliveries, isUndecided, replay, settleDelivery } from '../delivering.ts'
import { allDeliveries, type Grant, type Model } from '../state.ts'
import { expectedDelivery, inMinutes, viewOfDelivery } from '../views.ts'
import { minutes } from './choices.ts'

const busy = fc.record({ one: fc.nat({ max: 2 }), two: fc.nat({ max: 2 }) })

export const claimingDeliveries = fc
  .record({
    limit: fc.integer({ min: 1, max: 4 }),
    perReceiver: fc.integer({ min: 1, max: 3 }),
    leaseMs: minutes(1, 3),
    busy: fc.option(busy, { freq: 3 }),
  })
  .map(
    commandOf({
      name: 'claim deliveries',
      async take({ model, everywhere }, { busy: counts, ...drawn }) {
        const wanted = { ...drawn, workerId: 'sender', busy: busyOf(counts) }
        // Where it hangs on nothing but the order of equals, all of them are claimed.
        const options = isUndecided(model) ? { ...wanted, limit: 1_000, perReceiver: 1_000, busy: new Map() } : wanted
        const { claimed, nextDueMs } = claimDeliveries(model, options)
        const dueSince = new Map(claimed.map(({ job, runAt }) => [job.input.id, runAt]))
        const expected = claimed.map(({ job, url, receiver, type, attempt, failures }) => ({
          jobId: job.input.id,
          url,
          receiver,
          type,
          attempt,
          failures,
        }))
        await everywhere(
          async (replica) => {
            const answer = await replica.storage.claimDeliveries(options)
            const moments = answer.deliveries.map(({ jobId }) => dueSince.get(jobId) ?? 0)
            assert.deepEqual(
              moments,
              moments.toSorted((a, b) => a - b),
              `${replica.name} does not take the longest due first`,
            )
            return {
              claimed: byJob(
                answer.deliveries.map(({ lease: { deliveryId, attempt }, ...rest }) => {
                  replica.learnDelivery({ jobId: rest.jobId, id: deliveryId })
                  return { ...rest, attempt }
                }),
              ),
              nextDue: answer.nextDueMs === undefined ? undefined : inMinutes(answer.nextDueMs),
            }
          },
          { claimed: byJob(expected), nextDue: nextDueMs === undefined ? undefined : inMinutes(nextDueMs) },
        )
      },
    }),
  )

const busyOf = (counts: { readonly one: number; readonly two: number } | null): ClaimDeliveriesOptions['busy'] =>
  new Map(
    counts
      ? [
          ['https://one.test', counts.one],
          ['https://two.test', counts.two],
        ]
      : [],
  )

const byJob = <T extends { readonly jobId: string }>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1))

const outcome = fc.oneof(
  fc.constant<DeliveryOutcome>({ type: 'delivered', status: 200 }),
  fc.constant<DeliveryOutcome>({ type: 'released' }),
  fc.constantFrom<DeliveryOutcome>(
    { type: 'failed', reason: 'Gone.', status: 410 },
    { type: 'failed', reason: 'The guard refused.' },
  ),
  minutes(0, 1, 3).map((afterMs): DeliveryOutcome => ({ type: 'retry', reason: 'Not now.', status: 503, afterMs })),
)

export const settlingDelivery = fc
  .record({ lease: fc.constantFrom('held', 'held', 'any'), nth: fc.nat(), outcome })
  .map(
    commandOf({
      name: 'settle delivery',
      canBeTaken: (model, options) => leaseFor(model, options) !== undefined,
      async take({ model, everywhere }, { outcome: how, ...options }) {
        const lease = leaseFor(model, options)
        if (!lease) return
        const settled = settleDelivery(model, lease, how)
        await everywhere(
          async (replica) => {
            const result = await replica.storage.settleDelivery({ lease: replica.deliveryLeaseOf(lease), outcome: how })
            return result.accepted ? viewOfDelivery(result.delivery, replica) : undefined
          },
          settled && expectedDelivery(settled),
        )
      },
    }),
  )

function leaseFor(model: Model, { lease, nth }: { readonly lease: string; readonly nth: number }): Grant | undefined {
  const held = allDeliveries(model).filter(({ status }) => status === 'sending')
  const current = held.map(({ job, attempt }) => ({ of: job.input.id, attempt }))
  return nthOf(lease === 'held' ? current : model.sendings, nth)
}

export const replaying = fc.record({ nth: fc.nat() }).map(
  commandOf({
    name: 'replay delivery',
    canBeTaken: (model) => allDeliveries(model).length > 0,
    async take({ model, everywhere }, { nth }) {
      const job = nthOf(allDeliveries(model), nth)?.job
      const replayed = job && replay(model, job)
      const jobId = job?.input.id ?? ''
      await everywhere(
        async (replica) => {
          const [listed] = await replica.storage.listDeliveries(jobId)
          const delivery = await replica.storage.replayDelivery({ id: listed?.id ?? '', jobId })
          return delivery && viewOfDelivery(delivery, replica)
        },
        replayed && expectedDelivery(replayed),
      )
    },
  }),
)
