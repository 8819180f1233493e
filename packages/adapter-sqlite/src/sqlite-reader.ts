// A SQLite file of somebody else, open for reading alone.
import { TranscriptionError } from '@ytscriptify/core'
import { loadDriver } from './load-driver.ts'
import { rowsOf } from './row-mapping.ts'
import { resultCodeOf, storageErrorOf } from './sqlite-errors.ts'

export interface SqliteReader {
  /** The rows of a query. @throws {TranscriptionError} `storage_unavailable`, `storage_incompatible` */
  all(sql: string, ...parameters: readonly (string | number)[]): readonly Readonly<Record<string, unknown>>[]
  /** Runs statements. Temporary tables may be made: they are not in the file. Everything else that writes is refused. */
  exec(sql: string): void
  close(): void
}

/** How long a lock is waited for, which stops the process: whoever reads a file as a whole has nothing else to do. */
const WAIT_MS = 5_000

/**
 * Opens a file that is there for reading alone: for taking over what another program has stored. The file is never written,
 * and no lock outlives a query.
 *
 * @throws {TranscriptionError} `storage_unavailable`, and `storage_incompatible` where it is no SQLite database
 */
export function openSqliteReader(filename: string): SqliteReader {
  const { DatabaseSync } = loadDriver()
  const database = explained(() => new DatabaseSync(filename, { readOnly: true }))
  database.exec(`PRAGMA busy_timeout = ${WAIT_MS}`)
  return {
    all: (sql, ...parameters) => explained(() => rowsOf(database.prepare(sql).all(...parameters))),
    exec: (sql) => void explained(() => database.exec(sql)),
    close: () => void database.close(),
  }

  function explained<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw errorOf(error)
    }
  }

  function errorOf(error: unknown): unknown {
    const code = resultCodeOf(error)
    if (code === undefined) return error
    if (code !== 'CANTOPEN' && code !== 'READONLY' && code !== 'PERM') return storageErrorOf(error, filename)
    return new TranscriptionError('storage_unavailable', `${filename} cannot be opened for reading.`, {
      hint: 'Check that it is there and that this user may read it. A program that writes to it must end first, in good order.',
      cause: error,
    })
  }
}
