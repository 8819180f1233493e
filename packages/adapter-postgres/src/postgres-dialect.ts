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
import type { PostgresClient, PostgresPool, PostgresResult } from './postgres-pool.ts'

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
 *
 * Where the client sends statements without waiting for the answers to those before, nobody waits for the beginning of a transaction
 * either: it is sent together with its first statement, which is a way to the server and back less.
 */
function clientOf(client: PostgresClient): PostgresPoolClient {
  let isLost = false
  let begun: Promise<PostgresResult> | undefined
  return {
    query: async (text: string, values: unknown[]) => {
      try {
        const answer = client.query(text, values)
        if (client.pipeline === true && BEGINNING.test(text)) {
          begun = answer
          begun.catch(() => undefined) // The first statement says so.
          return BEGUN
        }
        const beginning = begun
        begun = undefined
        const [result] = await Promise.all([answer, beginning])
        return result
      } catch (error) {
        isLost ||= isUnanswered(error)
        throw error
      }
    },
    release: () => client.release?.(isLost),
  } as PostgresPoolClient
}

/** As Kysely writes it. */
const BEGINNING = /^(?:begin|start transaction)\b/
const BEGUN: PostgresResult = { command: 'BEGIN', rowCount: null, rows: [] }
