import { claimOf, contentOf, importedJobOf, importedText, jobOf, videoIds, workerOf } from '@ytscriptify/core/testing'
import type { ClaimedDelivery, ClaimedTranscript, Outcome } from '@ytscriptify/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillTables, jobId } from './full-tables.ts'
import { useDatabase, type PostgresHarness } from './postgres-harness.ts'
import { planOf, rowsRead, runOf, watchedStorage, type PlanNode, type WatchedStorage } from './statements.ts'

const completed: Outcome = { type: 'completed', content: contentOf('A text.') }
const ENDED = { status: 'completed', states: [importedText('A text.')] } as const
const SENDER = { workerId: 'a', limit: 20, leaseMs: 60_000, perReceiver: 4, busy: new Map() }

/** What a query works on: claimed just before. */
interface Held extends WatchedStorage {
  readonly transcripts: readonly ClaimedTranscript[]
  readonly deliveries: readonly ClaimedDelivery[]
}

// Without the figures of what there is to do: to count half of a table, a scan of it may be the right plan, by what the last analysis
// happened to sample.
const hot: readonly (readonly [name: string, work: (held: Held) => Promise<unknown>])[] = [
  ['a claim', ({ storage }) => storage.claim(claimOf({ limit: 20 }))],
  [
    'a claim for some jobs',
    ({ storage }) => storage.claim(claimOf({ limit: 20, jobIds: [1_501, 1_502, 3].map(jobId) })),
  ],
  ['a claim of a suspect', ({ storage }) => storage.claim(claimOf({ suspect: true }))],
  ['an idle claim', ({ storage }) => storage.claim(claimOf({ source: 'idle' }))],
  [
    'a renewal',
    ({ storage, transcripts }) =>
      storage.renew({ worker: workerOf('a'), leases: transcripts.map(({ lease }) => lease) }),
  ],
  ['a settlement', ({ storage, transcripts: [first] }) => storage.settle({ lease: first!.lease, outcome: completed })],
  [
    'a group of settlements',
    ({ storage, transcripts }) =>
      Promise.all(transcripts.map(({ lease }) => storage.settle({ lease, outcome: completed }))),
  ],
  ['a submission', ({ storage }) => storage.insertJob(jobOf(videoIds(3)))],
  [
    'a repeated submission',
    ({ storage }) =>
      storage.insertJob({ ...jobOf('dQw4w9WgXcQ'), owner: 'owner1', idempotency: { key: 'k1', hash: 'h' } }),
  ],
  ['a cancellation', ({ storage, transcripts: [first] }) => storage.cancelJob({ id: first!.jobId })],
  ['a quiet expiry', ({ storage }) => storage.expire({ maxCrashes: 3, limit: 100 })],
  ['a returning worker', ({ storage }) => storage.renew({ worker: workerOf('a'), leases: [] })],
  [
    'a look for stored texts',
    ({ storage }) =>
      storage.findReusable(
        [2_001, 2_002, 2_003, 2_005, 7].map((n) => ({
          source: 'fake',
          requestKey: `e${jobId(n)}`,
          owner: 'owner1',
          maxAgeMs: 7 * 24 * 3_600_000,
        })),
      ),
  ],
  ['a job', ({ storage }) => storage.getJob({ id: jobId(1) })],
  ['the list of jobs', ({ storage }) => storage.listJobs({ limit: 20, after: { createdAt: new Date(), id: 'f' } })],
  ['the list of an owner', ({ storage }) => storage.listJobs({ limit: 20, owner: 'owner3' })],
  ['the list by status', ({ storage }) => storage.listJobs({ limit: 20, status: 'cancelled' })],
  [
    'the list of an owner by status',
    ({ storage }) => storage.listJobs({ limit: 20, owner: 'owner3', status: 'pending' }),
  ],
  ['the transcripts of a job', ({ storage }) => storage.listTranscripts({ jobId: jobId(1), withData: true })],
  ['the deliveries of a job', ({ storage }) => storage.listDeliveries(jobId(4_000))],
  ['an import', ({ storage }) => storage.importJobs([importedJobOf(videoIds(3)), importedJobOf('dQw4w9WgXcQ', ENDED)])],
  ['a claim of deliveries', ({ storage }) => storage.claimDeliveries(SENDER)],
  [
    'a settlement of deliveries',
    ({ storage, deliveries }) =>
      Promise.all(
        deliveries.map(({ lease }) => storage.settleDelivery({ lease, outcome: { type: 'delivered', status: 204 } })),
      ),
  ],
  ['a replay', ({ storage }) => storage.replayDelivery({ id: 'msg_4001', jobId: jobId(4_001) })],
  ['a purge', ({ storage }) => storage.purgeJobs({ olderThanMs: 0, limit: 50 })],
  ['the list of what is in work', ({ storage }) => storage.listActive({ limit: 20 })],
  ['the list of workers', ({ storage }) => storage.listWorkers()],
]

type Expiry = readonly [name: string, afterMs: number]

const ofLeases: Expiry = ['an expiry of leases', 61_000]
const ofJobs: Expiry = ['an expiry of jobs', 8 * 24 * 3_600_000]

describe('with 100,000 transcripts, half of them in back-off', () => {
  const database = useDatabase()
  let harness: PostgresHarness
  let watched: WatchedStorage

  beforeAll(async () => {
    harness = await database.createHarness()
    watched = watchedStorage(harness.pool, harness.schema)
    await watched.storage.ready()
    await fillTables(harness.pool, harness.schema)
  })
  afterAll(() => harness.dispose())

  // Statistics are not there when a backlog has just come in, and say what is no more when it is done.
  describe.each([
    // What is left of twenty jobs is then taken for a tenth of all transcripts, so that their expiry reads all of them, once.
    ['before anybody has analyzed the tables', () => Promise.resolve(), [ofLeases]],
    ['once they are analyzed', () => harness.pool.query('vacuum analyze'), [ofLeases, ofJobs]],
  ] as const)('%s', (_when, prepare, expiries) => {
    beforeAll(async () => {
      await prepare()
    })

    it.each(hot)('%s scans no table', async (_name, work) => {
      const { transcripts } = await watched.storage.claim(claimOf({ limit: 20 }))
      const { deliveries } = await watched.storage.claimDeliveries({ ...SENDER, limit: 5 })

      const statements = await watched.watch(() => work({ ...watched, transcripts, deliveries }))

      expect(statements.length).toBeGreaterThan(0)
      for (const statement of statements)
        expect(scansOf(await planOf(harness.pool, statement)), statement.text).toEqual([])
    })

    it.each(expiries)('%s scans no table', async (_name, afterMs) => {
      watched.advance(afterMs)

      // Few: of 5,000 jobs, a hundred are found more cheaply by a scan.
      const statements = await watched.watch(() => watched.storage.expire({ maxCrashes: 3, limit: 20 }))

      watched.advance(-afterMs)
      expect(statements.filter(({ text }) => text.includes('update '))).not.toEqual([])
      for (const statement of statements)
        expect(scansOf(await planOf(harness.pool, statement)), statement.text).toEqual([])
    })

    it('a claim reads what it takes, and not what waits for its time', async () => {
      const statements = await watched.watch(() => watched.storage.claim(claimOf({ limit: 20 })))

      const picks = statements.filter(({ text }) => text.includes('"head"') && text.includes('skip locked'))
      expect(picks).toHaveLength(1)
      for (const pick of picks) expect(rowsRead(await runOf(harness.pool, pick))).toBeLessThan(4 * 20)
    })

    it('a claim of deliveries reads what it takes, and not what waits for its time', async () => {
      const statements = await watched.watch(() => watched.storage.claimDeliveries(SENDER))

      const picks = statements.filter(({ text }) => text.includes('"head"') && text.includes('skip locked'))
      expect(picks).toHaveLength(1)
      // Of each of the 20 receivers as many as may be under way, and one more, rounded up.
      for (const pick of picks) expect(rowsRead(await runOf(harness.pool, pick))).toBeLessThanOrEqual(20 * 8)
    })
  })

  it('a look for lost deliveries scans no table while most of them are under way', async () => {
    const deliveries = `${harness.schema}.deliveries`
    await harness.pool.query(
      `update ${deliveries} set status = 'processing', lease_until = now() + interval '1 hour', claimed_at = now(),
          claimed_by = 'filler', ended_at = null where status in ('delivered', 'failed')`,
    )
    await harness.pool.query(`vacuum analyze ${deliveries}`)

    const statements = await watched.watch(() => watched.storage.claimDeliveries(SENDER))

    const looks = statements.filter(({ text }) => text.includes(`"status" = 'processing'`))
    expect(looks).toHaveLength(1)
    for (const look of looks) expect(scansOf(await planOf(harness.pool, look)), look.text).toEqual([])
  })
})

const WATCHED_TABLES = ['jobs', 'transcripts', 'deliveries', 'delivery_attempts']

/** The tables that a plan reads as a whole. */
const scansOf = (nodes: readonly PlanNode[]): readonly string[] =>
  nodes.flatMap(({ 'Node Type': type, 'Relation Name': table = '' }) =>
    type === 'Seq Scan' && WATCHED_TABLES.includes(table) ? [`${type} on ${table}`] : [],
  )
