// Storages by kind: on a new database that goes with them, or on one that another process has made.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStorage } from '@ytscriptify/adapter-postgres'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { startPostgres } from '@ytscriptify/test-servers'
import pg from 'pg'

const KINDS = {
  sqlite: { create: createSqlite, open: (filename) => sqliteStorage({ filename }) },
  postgres: { create: createPostgres, open: (connectionString) => postgresStorage({ connectionString }) },
}

/** @returns where a new database is, how many bytes it has, and how it is removed. */
export const createDatabase = (kind) => kindOf(kind).create()

export const openStorage = (kind, location) => kindOf(kind).open(location)

function kindOf(kind) {
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (!found) throw new Error(`There is no storage "${kind}"; name one of ${Object.keys(KINDS).join(', ')}.`)
  return found
}

async function createSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-bench-'))
  const location = join(folder, 'million.db')
  return {
    location,
    bytes: async () => statSync(location).size,
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

/** A server of its own, as durable as one in earnest. */
async function createPostgres() {
  const server = await startPostgres({ fsync: true })
  return {
    location: server.url,
    async bytes() {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      const { rows } = await client.query('select pg_database_size(current_database()) as bytes')
      await client.end()
      return Number(rows[0].bytes)
    },
    remove: () => server.stop(),
  }
}
