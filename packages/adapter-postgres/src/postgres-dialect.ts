// Kysely on pools and on single clients.
import {
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Dialect,
  type PostgresPoolClient,
} from 'kysely'
import type { PostgresClient, PostgresPool } from './postgres-pool.ts'

/** What it takes to write statements down, without anybody who runs them. */
export const POSTGRES_SQL = {
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (db) => new PostgresIntrospector(db),
} satisfies Omit<Dialect, 'createDriver'>

export const poolDialect = (pool: PostgresPool): Dialect =>
  new PostgresDialect({
    pool: { connect: async () => clientOf(await pool.connect()), end: () => pool.end() },
  })

/** A client that is in somebody's transaction: it is neither asked for nor given back. */
export const clientDialect = (client: PostgresClient): Dialect =>
  new PostgresDialect({
    pool: {
      connect: () => Promise.resolve({ ...clientOf(client), release: () => undefined }),
      end: () => Promise.resolve(),
    },
  })

/** Kysely's own type also has cursors, which we do not use. */
const clientOf = (client: PostgresClient): PostgresPoolClient =>
  ({
    query: (text: string, values: unknown[]) => client.query(text, values),
    release: () => client.release?.(),
  }) as PostgresPoolClient
