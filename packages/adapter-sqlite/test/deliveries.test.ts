import type { ClaimDeliveriesOptions, DeliveryLease, DeliveryOutcome, DeliveryQuery } from '@ytscriptify/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'
import { endJobs } from './ended-jobs.ts'
import { openRaw, type RawDatabase } from './raw-database.ts'
import { watchedStorage, type WatchedStatement } from './statements.ts'

const DELIVERED: DeliveryOutcome = { type: 'delivered', status: 200 }
const AGAIN: DeliveryOutcome = { type: 'retry', afterMs: 0, reason: 'Not now.', status: 503 }

const sender = (overrides: Partial<ClaimDeliveriesOptions> = {}): ClaimDeliveriesOptions => ({
  workerId: 'a',
  limit: 20,
  leaseMs: 60_000,
  perReceiver: 10,
  busy: new Map(),
  ...overrides,
})

describe('with 60,020 deliveries: 50,000 due at a receiver that is busy, 10,000 of 100 others in back-off', () => {
  const { storage, raw, advance, watch } = watchedStorage()
  const busy = new Map([['https://busy.test', 10]])
  const leases: DeliveryLease[] = []
  let jobId = ''
  let otherJobId = ''

  beforeAll(async () => {
    ;[jobId = '', otherJobId = ''] = await endJobs(storage, 20, (index) => `https://due${index % 2}.test/hook`)
    addPending(raw, { jobId, count: 50_000, receivers: 1, name: 'busy', waitMs: 0 })
    addPending(raw, { jobId, count: 10_000, receivers: 100, name: 'later', waitMs: 900_000 })
    for (const attempt of [1, 2]) {
      const { deliveries } = await storage.claimDeliveries(sender({ busy, limit: 8, perReceiver: 4 }))
      const own = deliveries.map(({ lease }) => lease)
      if (attempt === 2) leases.push(...own)
      else await Promise.all(own.map((lease) => storage.settleDelivery({ lease, outcome: AGAIN })))
    }
  })

  const hot: readonly (readonly [name: string, work: () => Promise<unknown>])[] = [
    ['a claim', () => storage.claimDeliveries(sender({ busy, limit: 2 }))],
    ['a claim with as much room everywhere', () => storage.claimDeliveries(sender({ limit: 10 }))],
    ['a settlement', () => storage.settleDelivery({ lease: leases.shift()!, outcome: DELIVERED })],
    [
      'a group of settlements',
      () => Promise.all(leases.splice(0, 3).map((lease) => storage.settleDelivery({ lease, outcome: AGAIN }))),
    ],
    ['a replay', async () => storage.replayDelivery(await deliveredOne())],
    [
      'a claim that takes back what was lost',
      () => {
        advance(61_000)
        return storage.claimDeliveries(sender({ busy }))
      },
    ],
    ['the deliveries of a job', () => storage.listDeliveries(otherJobId)],
  ]

  it.each(hot)('%s searches by an index, and scans neither deliveries nor attempts', async (_name, work) => {
    const statements = await watch(work)

    expect(statements.length).toBeGreaterThan(0)
    expect(statements.flatMap(scansOf)).toEqual([])
  })

  it('a claim steps over the 50,000, from receiver to receiver, and reads a few rows of the longest due', async () => {
    await settleEverythingClaimed()
    const due = raw.all(
      `select count(*) as n from deliveries where receiver = 'https://busy.test' and status = 'pending'`,
    )
    expect(due).toEqual([{ n: expect.any(Number) }])
    expect((due[0] as { n: number }).n).toBeGreaterThan(49_900)
    await endJobs(storage, 4, () => 'https://fresh.test/hook')

    const statements = await watch(async () => {
      const { deliveries } = await storage.claimDeliveries(sender({ busy, limit: 3 }))
      expect(deliveries.every(({ receiver }) => receiver !== 'https://busy.test')).toBe(true)
      expect(deliveries.length).toBeGreaterThan(0)
    })

    const walk = statements.find(({ sql }) => sql.startsWith('with recursive'))
    expect(walk?.plan).toContain('SEARCH deliveries USING COVERING INDEX deliveries_due (receiver>?)')
    expect(walk?.plan).toContain('SEARCH deliveries USING COVERING INDEX deliveries_due (receiver=?)')
    expect(walk?.rows).toBeLessThanOrEqual(64)
    const pick = statements.find(({ sql }) => sql.startsWith('select * from (select'))
    expect(pick?.plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
    expect(pick?.rows).toBeLessThanOrEqual(12)
  })

  it('an idle claim reads no more than that, and takes no write lock', async () => {
    await settleEverythingClaimed()
    for (let found = 1; found > 0;) found = await sendAll()

    const statements = await watch(() => storage.claimDeliveries(sender({ busy })))

    expect(statements.filter(({ sql }) => !/^(select|with)/.test(sql))).toEqual([])
    expect(statements.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(65)
  })

  async function deliveredOne(): Promise<DeliveryQuery> {
    const [row] = raw.all(`select id, job_id as jobId from deliveries where status = 'delivered'`)
    return row as DeliveryQuery
  }

  async function settleEverythingClaimed(): Promise<void> {
    const rows = raw.all(`select id as deliveryId, attempt from deliveries where status = 'processing'`)
    await Promise.all((rows as DeliveryLease[]).map((lease) => storage.settleDelivery({ lease, outcome: DELIVERED })))
  }

  async function sendAll(): Promise<number> {
    const { deliveries } = await storage.claimDeliveries(sender({ busy }))
    await Promise.all(deliveries.map(({ lease }) => storage.settleDelivery({ lease, outcome: DELIVERED })))
    return deliveries.length
  }
})

describe('1,000 attempts that end at the same time', () => {
  it('are recorded in a few commits', async () => {
    const { storage, watch } = watchedStorage()
    await endJobs(storage, 1_000, () => 'https://receiver.test/hook')
    const { deliveries } = await storage.claimDeliveries(sender({ limit: 1_000, perReceiver: 1_000 }))

    const statements = await watch(() =>
      Promise.all(deliveries.map(({ lease }) => storage.settleDelivery({ lease, outcome: DELIVERED }))),
    )

    expect(deliveries).toHaveLength(1_000)
    expect(statements.filter(({ sql }) => sql === 'commit').length).toBeLessThanOrEqual(16)
  })
})

describe('more receivers than one claim asks', () => {
  it('are all reached, the longest due first, and each claim says that there is more', async () => {
    const { storage, raw } = watchedStorage()
    const [jobId = ''] = await endJobs(storage, 1, () => 'https://receiver.test/hook')
    // The receiver that sorts last is due for the longest time.
    addPending(raw, { jobId, count: 100, receivers: 100, name: 'many', waitMs: 0, stepMs: -1_000 })

    const claims = []
    for (let left = true; left; left = claims.at(-1)?.nextDueMs !== undefined) {
      claims.push(await storage.claimDeliveries(sender({ limit: 100 })))
    }

    const receivers = claims.flatMap(({ deliveries }) => deliveries.map(({ receiver }) => receiver))
    expect(receivers).toHaveLength(101)
    expect(new Set(receivers).size).toBe(101)
    expect(receivers[0]).toBe('https://many099.test')
    expect(claims.map(({ nextDueMs }) => nextDueMs)).toEqual([0, 0, 0, undefined])
  })
})

describe('more receivers at their limit than one claim asks', () => {
  it('do not hide one that has room, nor when its next is due', async () => {
    const { storage, raw, advance } = watchedStorage()
    const [jobId = ''] = await endJobs(storage, 1, () => 'https://receiver.test/hook')
    await storage.claimDeliveries(sender())
    addPending(raw, { jobId, count: 200, receivers: 100, name: 'full', waitMs: -60_000 })
    addPending(raw, { jobId, count: 1, receivers: 1, name: 'free', waitMs: 50_000 })
    const full = raw.all(`select distinct receiver from deliveries where receiver like 'https://full%'`)
    const busy = new Map(full.map((row) => [(row as { receiver: string }).receiver, 10]))

    const early = await storage.claimDeliveries(sender({ busy }))
    advance(50_000)
    const due = await storage.claimDeliveries(sender({ busy }))

    expect(busy.size).toBe(100)
    expect(early.deliveries).toEqual([])
    expect(early.nextDueMs).toBeGreaterThan(40_000)
    expect(early.nextDueMs).toBeLessThanOrEqual(50_000)
    expect(due.deliveries.map(({ receiver }) => receiver)).toEqual(['https://free.test'])
    expect(due.nextDueMs).toBeUndefined()
  })
})

describe('an attempt whose record cannot be stored', () => {
  it('leaves its delivery under way, as if it had not ended', async () => {
    const raw = openRaw(':memory:')
    const storage = sqliteStorage({
      database: {
        ...raw,
        prepare(sql) {
          if (sql.startsWith('insert into "delivery_attempts"')) throw new Error('It cannot be stored.')
          return raw.prepare(sql)
        },
      },
    })
    await endJobs(storage, 1, () => 'https://receiver.test/hook')
    const { deliveries } = await storage.claimDeliveries(sender())

    const settled = storage.settleDelivery({ lease: deliveries[0]!.lease, outcome: DELIVERED })

    await expect(settled).rejects.toThrow('It cannot be stored.')
    expect(raw.all('select status, attempt from deliveries')).toEqual([{ status: 'processing', attempt: 1 }])
    await storage.close()
    raw.close()
  })
})

describe('a job that is deleted', () => {
  it('takes its deliveries and their attempts with it', async () => {
    const { storage, raw } = watchedStorage()
    await endJobs(storage, 1, () => 'https://receiver.test/hook')
    const { deliveries } = await storage.claimDeliveries(sender())
    await storage.settleDelivery({ lease: deliveries[0]!.lease, outcome: DELIVERED })

    raw.exec('delete from jobs')

    expect(raw.all('select id from deliveries')).toEqual([])
    expect(raw.all('select delivery_id from delivery_attempts')).toEqual([])
  })
})

interface Pending {
  readonly jobId: string
  readonly count: number
  readonly receivers: number
  readonly name: string
  /** When the first is due, from now, … */
  readonly waitMs: number
  /** … and how much later each next one. @default 0 */
  readonly stepMs?: number
}

/** Rows of their own, since so many jobs would take long. */
function addPending(raw: RawDatabase, { jobId, count, receivers, name, waitMs, stepMs = 0 }: Pending): void {
  const host = receivers === 1 ? `'https://${name}.test'` : `printf('https://${name}%03d.test', n % ${receivers})`
  raw.exec(`
    with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < ${count - 1})
    insert into deliveries (id, job_id, url, receiver, type, status, run_at, created_at, updated_at)
    select 'msg_${name}' || n, '${jobId}', ${host} || '/hook', ${host}, 'job.completed', 'pending', due, due, due
    from (select n, cast(unixepoch('subsec') * 1000 as integer) + ${waitMs} + n * ${stepMs} as due from numbers)
  `)
}

/** The steps that go over a whole table, or over a whole index of it. */
const scansOf = ({ sql, plan }: WatchedStatement): readonly string[] =>
  plan.filter((step) => /^SCAN (deliveries|delivery_attempts)\b/.test(step)).map((step) => `${step}: ${sql}`)
