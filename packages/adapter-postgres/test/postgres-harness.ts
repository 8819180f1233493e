// Storages on one database of the server that all tests share, for the conformance suite and for our own tests.
import { createTestDatabase } from '@ytscriptify/test-servers'
import { storageTracker, type StorageHarness } from '@ytscriptify/core/testing'
import type { Namespace } from '@ytscriptify/storage-sql'
import { afterAll, beforeAll, inject } from 'vitest'
import pg from 'pg'
import { postgresStorage } from '../src/index.ts'

export interface PostgresHarness extends StorageHarness {
  readonly pool: pg.Pool
  readonly schema: string
}

export interface HarnessOptions extends Pick<Namespace, 'tablePrefix'> {
  /** Whether the pool sends statements without waiting for answers, as the storage's own does and a host's rather not. @default true */
  readonly pipeline?: boolean
  /** What the database is told before it is used: `alter database %I set …`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A database for the tests of a file; in it, a schema for each test, which is quicker than a database. */
export function useDatabase({ tablePrefix, pipeline = true, settings = {} }: HarnessOptions = {}) {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let pool: pg.Pool
  let schemas = 0

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'))
    const admin = new pg.Client({ connectionString: database.url })
    await admin.connect()
    for (const [name, value] of Object.entries(settings))
      await admin.query(`alter database "${new URL(database.url).pathname.slice(1)}" set ${name} = '${value}'`)
    await admin.end()
    pool = new pg.Pool({ connectionString: database.url, max: 20, pipeline })
    // Some tests end its connections.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  return {
    url: () => database.url,
    pool: () => pool,
    async createHarness(): Promise<PostgresHarness> {
      schemas += 1
      const schema = `test_${schemas}`
      let offsetMs = 0
      const { track, isBusy } = storageTracker()
      const open = () =>
        track(
          postgresStorage({
            pool,
            schema,
            clockOffsetMs: () => offsetMs,
            ...(tablePrefix !== undefined && { tablePrefix }),
          }),
        )
      const storages = [open()]
      const [storage = open()] = storages
      return {
        pool,
        schema,
        storage,
        isBusy,
        async another() {
          const other = open()
          storages.push(other)
          return other
        },
        async advance(ms) {
          offsetMs += ms
        },
        async dispose() {
          await Promise.all(storages.map((one) => one.close()))
          await pool.query(`drop schema if exists ${schema} cascade`)
        },
      }
    },
  }
}
