// Kysely on pools and on single clients.
import {
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Dialect,
  type PostgresPoolClient,
} from 'kysely'
import { isUnanswered } from './postgres-errors.ts'
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

/**
 * A client that its pool may not give to somebody else goes with its connection: one on which an answer is still to come, since nobody
 * waits for it any more. Kysely's own type also has cursors, which we do not use.
 */
function clientOf(client: PostgresClient): PostgresPoolClient {
  let isLost = false
  return {
    query: async (text: string, values: unknown[]) => {
      try {
        return await client.query(text, values)
      } catch (error) {
        isLost ||= isUnanswered(error)
        throw error
      }
    },
    release: () => client.release?.(isLost),
  } as PostgresPoolClient
}
