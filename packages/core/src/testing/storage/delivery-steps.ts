// The steps that tests of deliveries are told in.
import assert from 'node:assert/strict'
import type {
  ClaimDeliveriesOptions,
  ClaimedDelivery,
  Delivery,
  DeliveryOutcome,
  DeliverySettleResult,
} from '../../delivery.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import { jobOf, videoIds } from '../builders.ts'
import { claim, complete, insert, only } from './steps.ts'

/** Ends a job for each of these callback URLs, so that each has a delivery, and gives the ids of the jobs. */
export async function endJobs(storage: TranscriptionStorage, ...callbackUrls: readonly string[]): Promise<string[]> {
  const jobs = await insert(storage, ...callbackUrls.map((callbackUrl) => jobOf('dQw4w9WgXcQ', { callbackUrl })))
  const claimed = await claim(storage, { limit: callbackUrls.length })
  await Promise.all(claimed.map((one) => complete(storage, one)))
  return jobs.map(({ id }) => id)
}

/** `count` URLs of one receiver. */
export const urlsOf = (receiver: string, count: number): string[] =>
  videoIds(count).map((id) => `https://${receiver}/${id}`)

export type DeliveryClaimOverrides = Partial<Omit<ClaimDeliveriesOptions, 'busy'>> & {
  readonly busy?: Readonly<Record<string, number>>
}

/** Claims whatever is due, with no limit that matters. */
export const claimDeliveries = (
  storage: TranscriptionStorage,
  { busy = {}, ...overrides }: DeliveryClaimOverrides = {},
) =>
  storage.claimDeliveries({
    workerId: 'a',
    limit: 200,
    leaseMs: 60_000,
    perReceiver: 200,
    busy: new Map(Object.entries(busy)),
    ...overrides,
  })

export async function claimDelivery(
  storage: TranscriptionStorage,
  overrides: DeliveryClaimOverrides = {},
): Promise<ClaimedDelivery> {
  return only((await claimDeliveries(storage, overrides)).deliveries)
}

/** Claims, and gives the URLs in the order of the claim. */
export async function claimUrls(storage: TranscriptionStorage, overrides: DeliveryClaimOverrides = {}) {
  return (await claimDeliveries(storage, overrides)).deliveries.map(({ url }) => url)
}

export async function deliveryNow(storage: TranscriptionStorage, jobId: string): Promise<Delivery> {
  return only(await storage.listDeliveries(jobId))
}

export const settleDelivery = (
  storage: TranscriptionStorage,
  { lease }: Pick<ClaimedDelivery, 'lease'>,
  outcome: DeliveryOutcome,
): Promise<DeliverySettleResult> => storage.settleDelivery({ lease, outcome })

/** Settles an attempt that must still be the current one. */
export async function settled(
  storage: TranscriptionStorage,
  claimed: Pick<ClaimedDelivery, 'lease'>,
  outcome: DeliveryOutcome,
): Promise<Delivery> {
  const result = await settleDelivery(storage, claimed, outcome)
  assert.ok(result.accepted, 'the attempt was not accepted')
  return result.delivery
}

export const DELIVERED: DeliveryOutcome = { type: 'delivered', status: 200 }
export const RELEASED: DeliveryOutcome = { type: 'released' }
export const GIVEN_UP: DeliveryOutcome = { type: 'failed', reason: 'The receiver is gone.', status: 410 }

export const againAfter = (afterMs: number): DeliveryOutcome => ({
  type: 'retry',
  afterMs,
  reason: 'The receiver answered 500.',
  status: 500,
})
