// A job that is submitted in a transaction of the host is there exactly if the transaction commits.
import { createTranscriptionService, type TranscriptionStorage } from '@ytscriptify/core'
import { fakeSource, jobOf, videoIds } from '@ytscriptify/core/testing'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { postgresStorage } from '../src/index.ts'
import { useDatabase } from './postgres-harness.ts'

const { createHarness, pool } = useDatabase()

/** What the host has besides us. */
interface Shop {
  readonly orders: { readonly id: string }
}

interface HostTransaction {
  /** A storage in the transaction. */
  readonly storage: TranscriptionStorage
  /** A statement of the host in it. */
  readonly order: (id: string) => Promise<unknown>
}

/** Runs `work` in a transaction of the host, which is committed unless it throws. */
type InTransaction = (schema: string, work: (transaction: HostTransaction) => Promise<unknown>) => Promise<unknown>

const inKyselyTransaction: InTransaction = (schema, work) =>
  new Kysely<Shop>({ dialect: new PostgresDialect({ pool: pool() }) }).transaction().execute((trx) =>
    work({
      storage: postgresStorage.fromTransaction(trx, { schema }),
      order: (id) => trx.withSchema(schema).insertInto('orders').values({ id }).execute(),
    }),
  )

const inClientTransaction: InTransaction = async (schema, work) => {
  const client = await pool().connect()
  await client.query('begin')
  try {
    await work({
      storage: postgresStorage.fromTransaction(client, { schema }),
      order: (id) => client.query(`insert into ${schema}.orders (id) values ($1)`, [id]),
    })
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

describe.each([
  ['a transaction of Kysely', inKyselyTransaction],
  ['a client of node-postgres that is in a transaction', inClientTransaction],
] as const)('a storage in %s', (_what, inTransaction) => {
  it('shows a job to nobody before the commit; after it, a worker of another storage does it', async () => {
    const { schema, storage: outside } = await setUp()
    const source = fakeSource({ videos: { dQw4w9WgXcQ: 'A text.' } })
    const service = createTranscriptionService({ storage: outside, source })
    let submitted = ''
    let seenBefore: unknown = 'not looked'

    await inTransaction(schema, async ({ storage, order }) => {
      await order('first')
      const { job } = await createTranscriptionService({ storage, source }).submit({ urls: ['dQw4w9WgXcQ'] })
      submitted = job.id
      seenBefore = await outside.getJob({ id: submitted })
    })
    service.createWorker().start()
    const ended = await service.waitForEnd(submitted)

    expect(seenBefore).toBeUndefined()
    expect(ended).toMatchObject({ id: submitted, status: 'completed' })
    expect(source.fetched).toEqual(['dQw4w9WgXcQ'])
    await service.close()
  })

  it('leaves nothing of a job when the host rolls back', async () => {
    const { schema, rows } = await setUp()

    const rolledBack = inTransaction(schema, async ({ storage, order }) => {
      await order('first')
      await storage.insertJob(jobOf(videoIds(3)))
      throw new Error('The host has thought better of it.')
    })

    await expect(rolledBack).rejects.toThrow('thought better')
    expect(await rows('jobs')).toBe(0)
    expect(await rows('transcripts')).toBe(0)
    expect(await rows('orders')).toBe(0)
  })

  it('reads what it has written', async () => {
    const { schema } = await setUp()
    const read: unknown[] = []
    const job = jobOf(videoIds(3), { owner: 'ada' })

    await inTransaction(schema, async ({ storage }) => {
      await storage.insertJob(job)
      const page = await storage.listTranscripts({ jobId: job.id, limit: 10, withData: false })
      read.push(await storage.getJob({ id: job.id, owner: 'ada' }), page.length)
    })

    expect(read).toEqual([expect.objectContaining({ id: job.id, status: 'pending' }), 3])
  })

  // Without a savepoint PostgreSQL refuses every further statement, and makes a rollback of the commit.
  it('leaves the transaction to the host when a statement of ours fails', async () => {
    const { schema, storage: outside, rows } = await setUp()
    const [before, after] = [jobOf('dQw4w9WgXcQ'), jobOf('jNQXAC9IVRw')]
    let refused: unknown

    await inTransaction(schema, async ({ storage, order }) => {
      await order('before')
      await storage.insertJob(before)
      refused = await storage.insertJob({ ...after, id: before.id }).catch((error: unknown) => error)
      await order('after')
      await storage.insertJob(after)
    })

    expect(refused).toMatchObject({ message: expect.stringContaining('duplicate key') })
    expect(await outside.getJob({ id: before.id })).toMatchObject({ status: 'pending' })
    expect(await outside.getJob({ id: after.id })).toMatchObject({ status: 'pending' })
    expect(await rows('orders')).toBe(2)
  })

  // They share one connection: a savepoint that one goes back to would take what others have done with it.
  it('keeps 40 calls at once apart: what fails takes nothing else with it', async () => {
    const { schema, storage: outside, rows } = await setUp()
    const old = Array.from({ length: 10 }, () => jobOf('dQw4w9WgXcQ'))
    const fresh = Array.from({ length: 10 }, () => jobOf('jNQXAC9IVRw'))
    await Promise.all(old.map((job) => outside.insertJob(job)))
    let outcomes: readonly PromiseSettledResult<unknown>[] = []

    await inTransaction(schema, async ({ storage }) => {
      const calls = old.flatMap(({ id }, index) => [
        storage.cancelJob({ id }),
        storage.insertJob(jobOf('dQw4w9WgXcQ', { id })),
        storage.getJob({ id }),
        storage.insertJob(fresh[index] ?? jobOf('jNQXAC9IVRw')),
      ])
      outcomes = await Promise.allSettled(calls)
    })

    const failed = outcomes.map(({ status }) => status === 'rejected')
    expect(failed).toEqual(old.flatMap(() => [false, true, false, false]))
    const statusOf = async ({ id }: { id: string }) => (await outside.getJob({ id }))?.status
    expect(await Promise.all(old.map(statusOf))).toEqual(Array(10).fill('cancelled'))
    expect(await Promise.all(fresh.map(statusOf))).toEqual(Array(10).fill('pending'))
    expect(await rows('jobs')).toBe(20)
  })

  it('refuses a database without our schema, with what to run, and the host goes on', async () => {
    const { schema, rows } = await setUp({ migrated: false })
    let refused: unknown

    await inTransaction(schema, async ({ storage, order }) => {
      await order('before')
      refused = await storage.insertJob(jobOf('dQw4w9WgXcQ')).catch((error: unknown) => error)
      await order('after')
    })

    expect(refused).toMatchObject({
      code: 'storage_incompatible',
      message: expect.stringContaining('The database of the given transaction has schema 0'),
      hint: expect.stringContaining('ytscriptify migrate'),
    })
    expect(await rows('orders')).toBe(2)
  })

  it('is closed without an effect on the transaction', async () => {
    const { schema, rows } = await setUp()

    await inTransaction(schema, async ({ storage, order }) => {
      await storage.insertJob(jobOf('dQw4w9WgXcQ'))
      await storage.close()
      await order('after')
    })

    expect(await rows('jobs')).toBe(1)
    expect(await rows('orders')).toBe(1)
  })
})

describe('a Kysely of the host', () => {
  it('may have plugins that rename columns: they are not used for our tables', async () => {
    const { schema, storage: outside } = await setUp()
    const db = new Kysely<Shop>({
      dialect: new PostgresDialect({ pool: pool() }),
      plugins: [new CamelCasePlugin()],
    })
    const jobs = [jobOf('dQw4w9WgXcQ'), jobOf('jNQXAC9IVRw')] as const
    const storage = postgresStorage({ db, schema })

    await storage.insertJob(jobs[0])
    await db.transaction().execute((trx) => postgresStorage.fromTransaction(trx, { schema }).insertJob(jobs[1]))

    const inserted = await Promise.all(jobs.map(({ id }) => outside.getJob({ id })))
    expect(inserted).toEqual(jobs.map(({ id }) => expect.objectContaining({ id, counts: expect.anything() })))
    expect(await storage.getJob({ id: jobs[1].id })).toEqual(inserted[1])
    await storage.close()
  })
})

/** A schema with the table of the host in it, and ours unless it is not `migrated`. */
async function setUp({ migrated = true } = {}) {
  const { schema, storage, dispose } = await createHarness()
  onTestFinished(dispose)
  if (migrated) await storage.ready()
  await pool().query(`create schema if not exists ${schema}; create table ${schema}.orders (id text primary key)`)
  const rows = async (table: string): Promise<number> => {
    const { rowCount }: pg.QueryResult = await pool().query(`select from ${schema}.${table}`)
    return rowCount ?? 0
  }
  return { schema, storage, rows }
}
