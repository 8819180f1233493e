import type { ClaimDeliveriesOptions, DeliveryLease, DeliveryOutcome } from '@ytscriptify/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'
import { MINUTE, createDeliveryModel, minutesAndAHalf } from './delivery-model.ts'
import { endJobs } from './ended-jobs.ts'
import { openRaw } from './raw-database.ts'

const RECEIVERS = ['https://one.test', 'https://two.test', 'https://three.test']

const outcomes: fc.Arbitrary<DeliveryOutcome> = fc.oneof(
  fc.constant<DeliveryOutcome>({ type: 'delivered', status: 200 }),
  fc.constant<DeliveryOutcome>({ type: 'released' }),
  fc.constant<DeliveryOutcome>({ type: 'failed', reason: 'Gone.', status: 410 }),
  fc.nat({ max: 5 }).map((minutes): DeliveryOutcome => {
    return { type: 'retry', reason: 'Not now.', afterMs: minutesAndAHalf(minutes) }
  }),
)

const claims = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  perReceiver: fc.integer({ min: 1, max: 3 }),
  leaseMs: fc.nat({ max: 3 }).map(minutesAndAHalf),
  busy: fc.dictionary(fc.constantFrom(...RECEIVERS), fc.nat({ max: 3 })),
})

const steps = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), receiver: fc.constantFrom(...RECEIVERS) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('claim' as const), options: claims }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(), outcome: outcomes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replay' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.integer({ min: 1, max: 4 }) }) },
)

type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never

describe('deliveries that are claimed, settled, lost and replayed in any order', () => {
  it('are always what a list of them, kept by hand, says: 50 sequences of up to 60 steps', async () => {
    const seen = new Set<string>()

    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 60, size: 'max' }), async (sequence) => {
        const stage = setUp(seen)
        for (const step of sequence) await stage.take(step)
        await stage.close()
      }),
      { numRuns: 50 },
    )

    // It has been everywhere.
    expect([...seen].toSorted()).toEqual([
      'accepted',
      'delivered',
      'failed',
      'lost',
      'nothing due',
      'refused',
      'replayed',
    ])
  })
})

/** A storage, and beside it the list. */
function setUp(seen: Set<string>) {
  const raw = openRaw(':memory:')
  let offsetMs = 0
  const storage = sqliteStorage({ database: raw, clockOffsetMs: () => offsetMs })
  const model = createDeliveryModel()
  const leases: DeliveryLease[] = []
  const jobOf = new Map<string, string>()

  return {
    async take(step: Step): Promise<void> {
      switch (step.do) {
        case 'end':
          await end(step.receiver)
          break
        case 'claim':
          await claim({ workerId: 'a', ...step.options, busy: new Map(Object.entries(step.options.busy)) })
          break
        case 'settle':
          await settle(leases[step.which % leases.length], step.outcome)
          break
        case 'replay':
          await replay(model.deliveries[step.which % model.deliveries.length]?.id)
          break
        case 'advance':
          offsetMs += step.minutes * MINUTE
          model.advance(step.minutes)
          break
      }
      await look()
    },
    async close(): Promise<void> {
      await storage.close()
      raw.close()
    },
  }

  async function end(receiver: string): Promise<void> {
    const [jobId = ''] = await endJobs(storage, 1, () => `${receiver}/hook`)
    const [delivery] = await storage.listDeliveries(jobId)
    if (!delivery) throw new Error('The end of the job has no delivery.')
    jobOf.set(delivery.id, jobId)
    model.add(delivery.id, receiver)
  }

  async function claim(options: ClaimDeliveriesOptions): Promise<void> {
    const claimed = await storage.claimDeliveries(options)
    model.checkClaim(options, claimed)
    leases.push(...claimed.deliveries.map(({ lease }) => lease))
    if (claimed.deliveries.length === 0) seen.add('nothing due')
  }

  async function settle(lease: DeliveryLease | undefined, outcome: DeliveryOutcome): Promise<void> {
    if (!lease) return
    const { accepted } = await storage.settleDelivery({ lease, outcome })
    expect(accepted).toBe(model.settle(lease.deliveryId, lease.attempt, outcome))
    seen.add(accepted ? 'accepted' : 'refused')
  }

  async function replay(id: string | undefined): Promise<void> {
    if (id === undefined) return
    await storage.replayDelivery({ id, jobId: jobOf.get(id) ?? '' })
    model.replay(id)
    seen.add('replayed')
  }

  async function look(): Promise<void> {
    for (const [id, jobId] of jobOf) {
      const deliveries = await storage.listDeliveries(jobId)
      expect(deliveries.map((delivery) => delivery.id)).toEqual([id])
      for (const delivery of deliveries) {
        model.checkDelivery(delivery)
        if (delivery.endedAt) seen.add(delivery.status)
        if (delivery.attempts.some(({ error }) => error?.includes('lost'))) seen.add('lost')
      }
    }
  }
}
