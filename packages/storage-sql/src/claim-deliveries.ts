// Gives due deliveries to a sender: each to one, the longest due first, and of one receiver no more than may be under way.
import { sql } from 'kysely'
import type { ClaimDeliveriesOptions, DeliveryClaim } from '@ytscriptify/core'
import { CLAIMED_DELIVERY_COLUMNS, toClaimedDelivery, type DeliveryRow } from './delivery-rows.ts'
import { hasLostDeliveries, takeBackLostDeliveries } from './lost-deliveries.ts'
import { readClock } from './read-clock.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { createWaitingReceivers, powerOfTwo, type WaitingReceiver } from './waiting-receivers.ts'

/** Claims, and looks first by reading whether there is anything to claim, unless the last claim found something. */
export function createClaimDeliveries(
  db: Database,
  traits: SqlDialectTraits,
): (options: ClaimDeliveriesOptions) => Promise<DeliveryClaim> {
  const parts = { traits, waitingReceivers: createWaitingReceivers(traits) }
  let foundSomething = false

  return async (options) => {
    if (!foundSomething) {
      const nothing = await traits.read(db, (reader) => claimOfNothing(reader, options, parts))
      if (nothing) return nothing
    }
    await takeBackLostDeliveries(db, traits)
    const claim = await traits.write(db, (trx) => claimIn(trx, options, parts))
    foundSomething = claim.deliveries.length > 0
    return claim
  }
}

interface Parts {
  readonly traits: SqlDialectTraits
  readonly waitingReceivers: ReturnType<typeof createWaitingReceivers>
}

/** A claim that finds nothing, made by reading alone. `undefined` when there is something to change. */
async function claimOfNothing(
  db: Database,
  options: ClaimDeliveriesOptions,
  { traits, waitingReceivers }: Parts,
): Promise<DeliveryClaim | undefined> {
  const now = await readClock(db, traits)
  if (await hasLostDeliveries(db, traits)) return undefined
  const receivers = await receiversWithRoom(db, options, waitingReceivers)
  const first = receivers[0]
  if (first && first.dueAt <= now) return undefined
  return { deliveries: [], ...(first && { nextDueMs: first.dueAt - now }) }
}

async function claimIn(
  trx: Database,
  options: ClaimDeliveriesOptions,
  { traits, waitingReceivers }: Parts,
): Promise<DeliveryClaim> {
  const now = await readClock(trx, traits)
  const receivers = await receiversWithRoom(trx, options, waitingReceivers)
  const asked = receivers.filter(({ dueAt }) => dueAt <= now).slice(0, Math.min(options.limit, MAX_RECEIVERS))
  const candidates = await firstOfEach(trx, asked, options, traits)
  const { taken, left } = share(candidates, { receivers: asked, limit: options.limit, now })
  await startAttempts(trx, taken, { now, options }, traits)

  const seen = new Set(candidates.map(({ row }) => row.receiver))
  // Another claim has locked all that was looked at of these. It may leave some of it.
  const contended = asked.filter(({ receiver }) => !seen.has(receiver))
  const next = [...[...contended, ...receivers.slice(asked.length)].map(({ dueAt }) => dueAt), ...left]
  return {
    deliveries: taken.map((row) => toClaimedDelivery({ ...row, attempt: row.attempt + 1 })),
    ...(next.length > 0 && { nextDueMs: Math.max(0, next.reduce((a, b) => Math.min(a, b)) - now) }),
  }
}

/** Receivers that one claim asks: each is a part of its statement. Those that it leaves have the longest due next time. */
const MAX_RECEIVERS = 32

interface ReceiverWithRoom extends WaitingReceiver {
  /** How many more of it may be under way. */
  readonly room: number
}

/** The longest due first: all that one claim asks, and one more, which says when the next is due. */
async function receiversWithRoom(
  db: Database,
  { perReceiver, busy }: ClaimDeliveriesOptions,
  waitingReceivers: Parts['waitingReceivers'],
): Promise<readonly ReceiverWithRoom[]> {
  const roomFor = (receiver: string): number => perReceiver - (busy.get(receiver) ?? 0)
  const full = [...busy.keys()].filter((receiver) => roomFor(receiver) <= 0).length
  const waiting = await waitingReceivers(db, MAX_RECEIVERS + full + 1)
  return waiting.map((one) => ({ ...one, room: roomFor(one.receiver) })).filter(({ room }) => room > 0)
}

interface Candidate {
  readonly row: Pick<DeliveryRow, (typeof CLAIMED_DELIVERY_COLUMNS)[number]>
  readonly dueAt: number
}

/**
 * The first deliveries of each receiver, as one query whose parts go along the index: one more than could be taken, and
 * due or not, so that it is known what comes next. Locked, and left out where another claim has them.
 */
async function firstOfEach(
  trx: Database,
  receivers: readonly ReceiverWithRoom[],
  { limit }: ClaimDeliveriesOptions,
  { rowLocks, instant: { decode } }: SqlDialectTraits,
): Promise<readonly Candidate[]> {
  const most = receivers.reduce((rooms, { room }) => Math.max(rooms, room), 0)
  const size = powerOfTwo(Math.min(limit, most) + 1)
  const [first, ...rest] = receivers.map(({ receiver }) => {
    const head = trx
      .selectFrom('deliveries')
      .select([...CLAIMED_DELIVERY_COLUMNS, 'run_at'])
      .where('status', '=', sql.lit('pending'))
      .where('receiver', '=', receiver)
      .orderBy('run_at')
      .orderBy('id')
      .limit(sql.lit(size))
    return trx.selectFrom((rowLocks ? head.forUpdate().skipLocked() : head).as('head')).selectAll()
  })
  if (!first) return []
  const rows = await rest.reduce((all, next) => all.unionAll(next), first).execute()
  return rows
    .map(({ run_at, ...row }) => ({ row, dueAt: decode(run_at) }))
    .sort((a, b) => a.dueAt - b.dueAt || (a.row.id < b.row.id ? -1 : 1))
}

interface ShareOptions {
  readonly receivers: readonly ReceiverWithRoom[]
  readonly limit: number
  readonly now: number
}

interface Shares {
  readonly taken: readonly Candidate['row'][]
  /** When those are due that could be taken next. */
  readonly left: readonly number[]
}

/** Of these candidates, in their order, as many as there is room for. */
function share(candidates: readonly Candidate[], { receivers, limit, now }: ShareOptions): Shares {
  const rooms = new Map(receivers.map(({ receiver, room }) => [receiver, room]))
  const roomFor = ({ row }: Candidate): number => rooms.get(row.receiver) ?? 0
  const taken = new Set<Candidate>()
  for (const candidate of candidates) {
    if (candidate.dueAt > now || taken.size >= limit || roomFor(candidate) === 0) continue
    rooms.set(candidate.row.receiver, roomFor(candidate) - 1)
    taken.add(candidate)
  }
  const left = candidates.filter((candidate) => !taken.has(candidate) && roomFor(candidate) > 0)
  return { taken: [...taken].map(({ row }) => row), left: left.map(({ dueAt }) => dueAt) }
}

async function startAttempts(
  trx: Database,
  rows: readonly Candidate['row'][],
  { now, options }: { readonly now: number; readonly options: ClaimDeliveriesOptions },
  { instant }: SqlDialectTraits,
): Promise<void> {
  if (rows.length === 0) return
  const moment = instant.encode(now)
  await trx
    .updateTable('deliveries')
    .set((eb) => ({
      status: 'processing',
      attempt: eb('attempt', '+', 1),
      lease_until: instant.encode(now + options.leaseMs),
      claimed_at: moment,
      claimed_by: options.workerId,
      updated_at: moment,
    }))
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
}
