import { randomUUID } from 'node:crypto'
import { TranscriptionError } from '@ytscriptify/core'
import { createTestDatabase } from '@ytscriptify/test-servers'
import { jobOf } from '@ytscriptify/core/testing'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { migrationsSql, postgresStorage, type PostgresStorageOptions } from '../src/index.ts'
import { catalogsOf } from './catalogs.ts'
import { startTogether } from './start-together.ts'

const ALL_MIGRATIONS = [
  { version: 1, name: '0001-initial' },
  { version: 2, name: '0002-job-indexes' },
]

describe('the first start', () => {
  it('may be that of 12 processes at once: one migrates, and all run', { timeout: 120_000 }, async () => {
    const { url, rows } = await emptyDatabase()
    const jobs = Array.from({ length: 12 }, () => jobOf('dQw4w9WgXcQ'))

    const reports = await startTogether({ connectionString: url }, jobs)

    expect(reports).toEqual(Array(12).fill({ result: true }))
    expect(await rows('select version, name from ytscriptify_migrations order by version')).toEqual(ALL_MIGRATIONS)
    expect(await rows('select count(*)::integer as jobs from jobs')).toEqual([{ jobs: 12 }])
  })

  it('may be that of 12 processes at once in a schema that is not there yet', { timeout: 120_000 }, async () => {
    const { url, rows } = await emptyDatabase()
    const jobs = Array.from({ length: 12 }, () => jobOf('dQw4w9WgXcQ'))

    const reports = await startTogether({ connectionString: url, schema: 'guests' }, jobs)

    expect(reports).toEqual(Array(12).fill({ result: true }))
    expect(await rows('select count(*)::integer as jobs from guests.jobs')).toEqual([{ jobs: 12 }])
  })

  it('creates the schema that was named, and nothing outside it', async () => {
    const { url, rows } = await emptyDatabase()

    await start({ connectionString: url, schema: 'Guests', tablePrefix: 'yt_' })

    expect(
      await rows(`select schemaname, tablename from pg_tables where tablename like '%jobs' or schemaname = 'public'`),
    ).toEqual([{ schemaname: 'Guests', tablename: 'yt_jobs' }])
  })

  it('takes a schema on that an older version left, with its jobs', async () => {
    const { url, pool, rows } = await emptyDatabase()
    await apply(pool, await firstMigration())
    await apply(
      pool,
      `insert into jobs (id, owner, source, status, version, total, created_at, updated_at, deadline_at, timeout_ms, request, reuse)
       values ('${randomUUID()}', 'ada', 'fake', 'pending', 1, 1, now(), now(), now(), 1, '{}', '{}')`,
    )

    await start({ connectionString: url })

    expect(await rows('select version, name from ytscriptify_migrations order by version')).toEqual(ALL_MIGRATIONS)
    expect(await rows('select owner from jobs')).toEqual([{ owner: 'ada' }])
  })

  it('of a second storage changes nothing', async () => {
    const { url, pool, rows } = await emptyDatabase()
    await start({ connectionString: url })
    const before = await everythingIn({ pool, rows })

    await start({ connectionString: url })

    expect(await everythingIn({ pool, rows })).toEqual(before)
  })
})

describe('a start is refused, and changes nothing', () => {
  it('on the schema of a newer version', async () => {
    const { url, pool, rows } = await emptyDatabase()
    await start({ connectionString: url })
    await apply(pool, `insert into ytscriptify_migrations values (99, '0099-from-the-future', now())`)
    const before = await everythingIn({ pool, rows })

    const error = await refusalOf({ connectionString: url })

    expect(error).toMatchObject({ code: 'storage_incompatible', hint: expect.stringContaining('Update') })
    expect(error.message).toMatch(/^The database ytscriptify_test_.* was migrated to schema 99 by a newer version/)
    expect(await everythingIn({ pool, rows })).toEqual(before)
  })

  it('on the schema of an older version, where it may not migrate, with what to run', async () => {
    const { url, pool, rows } = await emptyDatabase()
    await apply(pool, await firstMigration())
    const before = await everythingIn({ pool, rows })

    const error = await refusalOf({ connectionString: url, migrate: false })

    expect(error).toMatchObject({ code: 'storage_incompatible', hint: expect.stringContaining('ytscriptify migrate') })
    expect(error.message).toContain('has schema 1; this version needs schema 2')
    expect(await everythingIn({ pool, rows })).toEqual(before)
  })

  it('on an empty database, where it may not migrate', async () => {
    const { url, pool } = await emptyDatabase()

    const error = await refusalOf({ connectionString: url, schema: 'guests', migrate: false })

    expect(error).toMatchObject({ code: 'storage_incompatible', hint: expect.stringContaining('--sql') })
    expect(await catalogsOf(pool)).toMatchObject({ columns: [], indexes: [], constraints: [] })
  })

  it('on the tables of the old service, with how to take their data over', async () => {
    const { url, pool, rows } = await emptyDatabase()
    await apply(pool, OLD_SERVICE)
    const before = await catalogsOf(pool)

    const error = await refusalOf({ connectionString: url })

    expect(error).toMatchObject({ code: 'storage_incompatible', hint: expect.stringContaining('ytscriptify import') })
    expect(error.message).toContain('already has "jobs" and "transcripts", but not from this version')
    expect(await catalogsOf(pool)).toEqual(before)
    expect(await rows('select id, status from jobs')).toEqual([{ id: 'old', status: 'completed' }])
  })

  it('to a user who may not create tables, with what to grant', async () => {
    const { pool, rows, userUrl } = await emptyDatabase({ withUser: true })
    await apply(pool, 'create schema guests')
    await apply(pool, `grant usage on schema guests to public`)

    const error = await refusalOf({ connectionString: userUrl, schema: 'guests' })

    expect(error).toMatchObject({ code: 'storage_unavailable', hint: expect.stringContaining('migrate --sql') })
    expect(error.message).toMatch(/does not let this user do what is needed/)
    expect(await rows(`select from pg_tables where schemaname = 'guests'`)).toEqual([])
  })
})

describe('beside the tables of the old service', () => {
  it.each([
    ['in a schema of its own', { schema: 'transcriber' }],
    ['with names that begin otherwise', { tablePrefix: 'yt_' }],
  ])('a storage starts %s', async (_where, namespace) => {
    const { url, pool, rows } = await emptyDatabase()
    await apply(pool, OLD_SERVICE)
    const storage = postgresStorage({ connectionString: url, ...namespace })

    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))

    expect(await storage.getJob({ id: job.id })).toEqual(job)
    expect(await rows('select id, status from public.jobs')).toEqual([{ id: 'old', status: 'completed' }])
    await storage.close()
  })
})

describe('the schema as SQL', () => {
  it.each([
    ['on its own', {}],
    ['in a schema', { schema: 'guests' }],
    ['with a prefix', { tablePrefix: 'yt_' }],
    ['in a schema whose name has to be quoted, with a prefix', { schema: 'Guests', tablePrefix: 'yt_' }],
  ])('leaves what a start leaves: %s', async (_where, namespace) => {
    const started = await emptyDatabase()
    const applied = await emptyDatabase()
    const migrations = `select version, name from ${tableIn(namespace, 'ytscriptify_migrations')} order by version`

    await start({ connectionString: started.url, ...namespace })
    await apply(applied.pool, await migrationsSql(namespace))

    const catalogs = await catalogsOf(applied.pool)
    expect(catalogs).toEqual(await catalogsOf(started.pool))
    expect(catalogs.columns.length).toBeGreaterThan(80)
    expect(catalogs.indexes.length).toBeGreaterThan(20)
    // lz4, or not compressed at all where the server has none: never with the compression of PostgreSQL itself.
    expect(catalogs.texts).toEqual([[expect.any(String), expect.toBeOneOf(['x', 'e']), expect.toBeOneOf(['l', ''])]])
    expect(await applied.rows(migrations)).toEqual(await started.rows(migrations))
    expect(await applied.rows(migrations)).toEqual(ALL_MIGRATIONS)
  })

  it('begins where the schema is: from version 1 it leaves what a start leaves', async () => {
    const started = await emptyDatabase()
    const applied = await emptyDatabase()
    await apply(applied.pool, await firstMigration())

    await start({ connectionString: started.url })
    await apply(applied.pool, await migrationsSql({ from: 1 }))

    expect(await everythingIn(applied)).toEqual(await everythingIn(started))
  })

  it('is empty where nothing is missing', async () => {
    expect(await migrationsSql({ from: ALL_MIGRATIONS.length })).toBe('')
  })

  it('lets a user work who may not create tables', async () => {
    const { pool, userUrl } = await emptyDatabase({ withUser: true })
    await apply(pool, await migrationsSql({ schema: 'guests' }))
    await apply(
      pool,
      `grant usage on schema guests to public;
       grant select, insert, update, delete on all tables in schema guests to public`,
    )
    const storage = postgresStorage({ connectionString: userUrl, schema: 'guests', migrate: false })

    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    const cancelled = await storage.cancelJob({ id: job.id })

    expect(cancelled).toMatchObject({ job: { status: 'cancelled' } })
    await storage.close()
  })

  it.each([{ schema: 'a"b' }, { tablePrefix: 'yt-' }])('refuses what is no plain name: %j', async (namespace) => {
    await expect(migrationsSql(namespace)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

/** As SQLAlchemy made them there. */
const OLD_SERVICE = `
  create table jobs (id varchar(36) primary key, status varchar(20), created_at timestamp, updated_at timestamp,
    callback_url varchar(500), error_message text);
  create table transcripts (id serial primary key, job_id varchar(36), url varchar(500), video_id varchar(20),
    transcript_data text, status varchar(20), error_message text, created_at timestamp, updated_at timestamp);
  insert into jobs (id, status) values ('old', 'completed')`

/** What the first migration alone left. */
async function firstMigration(): Promise<string> {
  const [all, later] = [await migrationsSql(), await migrationsSql({ from: 1 })]
  if (!all.endsWith(later)) throw new Error('The statements of a version no longer follow those of the one before.')
  return all.slice(0, -later.length)
}

const tableIn = ({ schema = 'public', tablePrefix = '' }: { schema?: string; tablePrefix?: string }, name: string) =>
  `"${schema}"."${tablePrefix}${name}"`

interface TestDatabase {
  readonly url: string
  readonly pool: pg.Pool
  readonly rows: (query: string) => Promise<readonly unknown[]>
  /** The same for a user who has been granted nothing. Only with `withUser`. */
  readonly userUrl: string
}

/** One of its own, since it is compared as a whole. */
async function emptyDatabase({ withUser = false } = {}): Promise<TestDatabase> {
  const { url, drop } = await createTestDatabase(inject('postgresUrl'))
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const user = `ytscriptify_test_${randomUUID().replaceAll('-', '')}`
  if (withUser) await pool.query(`create role ${user} login password 'of-a-test'`)
  onTestFinished(async () => {
    await pool.end()
    await drop()
    if (!withUser) return
    const admin = new pg.Client({ connectionString: inject('postgresUrl') })
    await admin.connect()
    await admin.query(`drop role ${user}`)
    await admin.end()
  })
  const userUrl = new URL(url)
  userUrl.username = user
  userUrl.password = 'of-a-test'
  return { url, pool, userUrl: userUrl.href, rows: async (query) => (await pool.query<object>(query)).rows }
}

async function everythingIn({ pool, rows }: Pick<TestDatabase, 'pool' | 'rows'>): Promise<unknown> {
  return { ...(await catalogsOf(pool)), migrations: await rows('select version, name from ytscriptify_migrations') }
}

/** In one transaction, as `psql --single-transaction` would. */
const apply = (pool: pg.Pool, statements: string) => pool.query(`begin;\n${statements};\ncommit`)

async function start(options: PostgresStorageOptions): Promise<void> {
  const storage = postgresStorage(options)
  await storage.ready()
  await storage.close()
}

/** What `ready()` throws. */
async function refusalOf(options: PostgresStorageOptions): Promise<TranscriptionError> {
  const storage = postgresStorage(options)
  const error = await storage.ready().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  await storage.close()
  if (!(error instanceof TranscriptionError)) throw new Error(`Expected a refusal, got ${String(error)}`)
  return error
}
