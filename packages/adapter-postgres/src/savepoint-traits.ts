// PostgreSQL within a transaction of the host, whose statements run on one connection, one after the other.
import { sql } from 'kysely'
import type { Database, SqlDialectTraits } from '@ytscriptify/storage-sql'

/**
 * A statement that fails aborts its whole transaction; one behind a savepoint only what came after that.
 * https://www.postgresql.org/docs/current/sql-savepoint.html
 */
export function savepointTraits(traits: SqlDialectTraits): SqlDialectTraits {
  const inTurn = createTurns()
  const behindSavepoint = <T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> =>
    inTurn(() => fromSavepoint(db, work))
  return { ...traits, parallelWrites: 1, write: behindSavepoint, read: behindSavepoint }
}

async function fromSavepoint<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  await sql`savepoint ytscriptify`.execute(db)
  try {
    const result = await work(db)
    await sql`release savepoint ytscriptify`.execute(db)
    return result
  } catch (error) {
    await goBack(db, error)
    throw error
  }
}

async function goBack(db: Database, reason: unknown): Promise<void> {
  try {
    await sql`rollback to savepoint ytscriptify`.execute(db)
    await sql`release savepoint ytscriptify`.execute(db)
  } catch (error) {
    // The connection broke off, or the host has ended its transaction: the first error says what matters.
    throw reason instanceof Error ? reason : new AggregateError([reason, error], 'A savepoint could not be left.')
  }
}

/** Savepoints of two works that run at once would get into each other. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn
    return turn
  }
}
