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
 * waits for it any more. What is tried on it afterwards, such as a rollback, fails with the first error: later ones say less.
 * Kysely's own type also has cursors, which we do not use.
 *
 * Where the client sends statements without waiting for the answers to those before, nobody waits for the beginning of a transaction
 * either: it is sent together with its first statement, which is a way to the server and back less. Should the server refuse it, the
 * caller is told so, but the statement may have been done by itself: so a transaction begins with one that reads or locks.
 */
function clientOf(client: PostgresClient): PostgresPoolClient {
  let unanswered: Error | undefined
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
        if (unanswered === undefined && isUnanswered(error)) unanswered = error
        throw unanswered ?? error
      }
    },
    release: () => client.release?.(unanswered !== undefined),
  } as PostgresPoolClient
}

/** As Kysely writes it. */
const BEGINNING = /^(?:begin|start transaction)\b/
const BEGUN: PostgresResult = { command: 'BEGIN', rowCount: null, rows: [] }
