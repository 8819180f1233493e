import { CompiledQuery } from 'kysely'
import type { Database } from '@ytscriptify/storage-sql'
import { isClosed } from './sqlite-errors.ts'

/**
 * `immediate` takes the write lock at the beginning: a transaction that reads first and then finds the lock taken could
 * only start anew. `exclusive` keeps out readers too, where the file is not in WAL mode yet.
 */
export type TransactionMode = 'immediate' | 'exclusive'

/** Runs `work` in a transaction. When it rejects, nothing has changed. */
export function inTransaction<T>(db: Database, mode: TransactionMode, work: (trx: Database) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await connection.executeQuery(CompiledQuery.raw(`begin ${mode}`))
    try {
      const result = await work(connection)
      await connection.executeQuery(CompiledQuery.raw('commit'))
      return result
    } catch (error) {
      await rollBack(connection, error)
      throw error
    }
  })
}

/**
 * SQLite itself rolls back after some errors, such as a full disk. https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
 * So does closing the connection.
 */
async function rollBack(connection: Database, reason: unknown): Promise<void> {
  try {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  } catch (error) {
    const isOver = isClosed(error) || (error instanceof Error && error.message.includes('no transaction is active'))
    if (!isOver) throw new AggregateError([reason, error], 'A transaction could not be rolled back.', { cause: error })
  }
}
