import { claimOf, contentOf, eventually, jobOf } from '@ytscriptify/core/testing'
import { isTranscriptionError, type TranscriptionError, type TranscriptionStorage } from '@ytscriptify/core'
import { createTestDatabase, startPostgres } from '@ytscriptify/test-servers'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { inspect } from 'node:util'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { postgresStorage, type PostgresStorageOptions } from '../src/index.ts'
import { openPool } from '../src/own-pool.ts'
import { useDatabase } from './postgres-harness.ts'
import { runProgram } from './run-program.ts'

const database = useDatabase()

describe('a connection that dies', () => {
  it.each(['own', 'host'])(
    'within a transaction, or idle, ends no process, and is made anew: %s pool',
    async (whose) => {
      const { url, drop } = await createTestDatabase(inject('postgresUrl'))
      onTestFinished(drop)

      const { code, output, errors } = await runProgram('lose-connections.mjs', [url, whose])

      expect({ code, output, errors }).toEqual({
        code: 0,
        output: 'storage_unavailable\ntrue\npending\ncancelled\n',
        errors: '',
      })
    },
  )

  it('ends a process in which nobody listens: that is what is guarded against', async () => {
    const { url, drop } = await createTestDatabase(inject('postgresUrl'))
    onTestFinished(drop)

    const { code, output } = await runProgram('lose-connections.mjs', [url, 'unguarded'])

    expect({ code, output }).toEqual({ code: 1, output: '' })
  })
})

describe('a transaction that stands still', () => {
  it('is ended, so that others get its locks', async () => {
    const { pool } = await database.createHarness()
    const own = openPool({ connectionString: database.url(), max: 1 })
    onTestFinished(() => own.end())
    const standing = await own.connect()
    onTestFinished(() => standing.release?.(true))
    await standing.query('begin')
    await standing.query('select pg_advisory_xact_lock(1)')
    const isFree = async () => (await pool.query<{ is: boolean }>('select pg_try_advisory_lock(1) as is')).rows[0]?.is

    expect(await isFree()).toBe(false)
    await eventually(async () => (await isFree()) === true, { what: 'the lock is free' })
  })
})

describe('a server that is away', () => {
  it('is told of, and works on when it is back', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const storage = opened({ connectionString: server.url })
    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))

    await server.pause('immediate')
    const away = await errorOf(storage.insertJob(jobOf('dQw4w9WgXcQ')))
    const unread = await errorOf(storage.getJob({ id: job.id }))
    await server.resume()

    expect([away.code, unread.code]).toEqual(['storage_unavailable', 'storage_unavailable'])
    expect(away.message).toMatch(/^The database postgres on 127\.0\.0\.1:\d+ cannot be reached\.$/)
    expect(await storage.getJob({ id: job.id })).toMatchObject({ status: 'pending' })
  })
})

describe('a database that cannot be used', () => {
  const at = (change: (url: URL) => void): string => {
    const url = new URL(database.url())
    change(url)
    return url.href
  }

  it.each<[string, () => string, RegExp, RegExp]>([
    [
      'whose host has no server',
      () => at((url) => void (url.port = '1')),
      /^storage_unavailable: The database \w+ on 127\.0\.0\.1:1 cannot be reached\.$/,
      /Check that the server runs/,
    ],
    [
      'that is not there',
      () => at((url) => void (url.pathname = '/nowhere')),
      /^storage_incompatible: The database nowhere on .* does not exist on its server\.$/,
      /createdb/,
    ],
    [
      'whose server does not know the user',
      () => at((url) => void ((url.username = 'nobody'), (url.password = 'hunter2'))),
      /^storage_unavailable: .* does not let this user in\.$/,
      /user name and password/,
    ],
    [
      'whose server speaks no TLS',
      () => at((url) => url.searchParams.set('sslmode', 'require')),
      /^storage_unavailable: .* speaks no TLS\.$/,
      /sslmode/,
    ],
    [
      'that can only be read',
      () => at((url) => url.searchParams.set('options', '-c default_transaction_read_only=on')),
      /^storage_unavailable: .* can only be read/,
      /primary server/,
    ],
  ])('says so, and what to do: one %s', async (_what, url, says, hint) => {
    const error = await errorOf(opened({ connectionString: url() }).ready())

    expect(`${error.code}: ${error.message}`).toMatch(says)
    expect(error.hint).toMatch(hint)
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2')
  })

  // The callback URL of a job was once said to be the connection string.
  it('says so where a pool of the host cannot read where it is', async () => {
    const pool = new pg.Pool({ connectionString: 'postgresql://ada:hunter/2@db/transcripts' })
    onTestFinished(() => pool.end())

    const error = await errorOf(opened({ pool }).ready())

    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('cannot be read') })
    expect(inspect(error, { depth: 10 })).not.toContain('hunter')
  })

  it('says so where its texts have another encoding', async () => {
    const admin = new pg.Client({ connectionString: database.url() })
    await admin.connect()
    await admin.query(`create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`)
    onTestFinished(async () => {
      await admin.query('drop database latin with (force)')
      await admin.end()
    })

    const error = await errorOf(opened({ connectionString: at((url) => void (url.pathname = '/latin')) }).ready())

    expect(error.code).toBe('storage_incompatible')
    expect(error.message).toContain('has the encoding LATIN1; texts need UTF8')
  })
})

describe('a host', () => {
  it.each<[string, Partial<Record<number, (text: string) => unknown>>]>([
    ['bigint as BigInt, and moments as text', { 20: BigInt, 1184: String }],
    ['bigint as number', { 20: Number }],
  ])('may read types in its own way: %s', async (_what, parsers) => {
    const { getTypeParser } = pg.types as { getTypeParser: (oid: number, format?: 'text') => unknown }
    const types = {
      getTypeParser: (oid: number, format?: 'text') => parsers[oid] ?? getTypeParser(oid, format),
    } as pg.CustomTypesConfig
    const pool = new pg.Pool({ connectionString: await freshDatabase(), types })
    onTestFinished(() => pool.end())
    const storage = opened({ pool })

    await expectToWork(storage)
  })

  it('may give a Kysely that has plugins, and keeps it', async () => {
    const pool = new pg.Pool({ connectionString: await freshDatabase() })
    const db = new Kysely<Record<string, never>>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin()],
    })
    onTestFinished(() => db.destroy())
    const storage = opened({ db })

    await expectToWork(storage)
    await storage.close()

    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('keeps its pool when the storage is closed', async () => {
    const storage = opened({ pool: database.pool(), schema: 'kept' })
    await storage.ready()

    await storage.close()

    expect((await database.pool().query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})

describe('the column with the texts', () => {
  it('is left to no compression that takes more time than it is worth', async () => {
    const { pool, schema, storage, dispose } = await database.createHarness()
    await storage.ready()

    const { rows } = await pool.query(
      `select attstorage, attcompression from pg_attribute
      where attrelid = '${schema}.transcripts'::regclass and attname = 'transcript_data'`,
    )

    expect([
      { attstorage: 'x', attcompression: 'l' },
      { attstorage: 'e', attcompression: '' },
    ]).toContainEqual(rows[0])
    await dispose()
  })
})

function opened(options: PostgresStorageOptions): TranscriptionStorage {
  const storage = postgresStorage(options)
  onTestFinished(() => storage.close())
  return storage
}

async function freshDatabase(): Promise<string> {
  const { url, drop } = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  return url
}

/** Whatever the driver gives, callers see numbers and dates. */
async function expectToWork(storage: TranscriptionStorage): Promise<void> {
  const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))
  const { transcripts } = await storage.claim(claimOf())
  const [claimed] = transcripts
  await storage.settle({ lease: claimed!.lease, outcome: { type: 'completed', content: contentOf('A text.') } })
  const ended = await storage.getJob({ id: job.id })

  expect(claimed?.lease).toEqual({ transcriptId: expect.any(Number) as number, attempt: 1 })
  expect(ended).toMatchObject({ status: 'completed', dataBytes: expect.any(Number) as number })
  expect(JSON.stringify(ended)).toContain(`"createdAt":"${job.createdAt.toISOString()}"`)
  expect(await storage.listTranscripts({ jobId: job.id })).toMatchObject([{ id: claimed?.lease.transcriptId }])
}

async function errorOf(work: Promise<unknown>): Promise<TranscriptionError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isTranscriptionError(error)) throw new Error('It did not fail as it should.', { cause: error })
  return error
}
