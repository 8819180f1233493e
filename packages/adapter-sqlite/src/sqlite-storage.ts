// The storage in a SQLite file.
import { Kysely } from 'kysely'
import { TranscriptionError, type TranscriptionStorage } from '@ytscriptify/core'
import { sqlStorage, type Tables } from '@ytscriptify/storage-sql'
import { openDatabase, setUp } from './open-database.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { sqliteTraits } from './sqlite-traits.ts'

export type SqliteStorageOptions = (SqliteFile | SqliteHandle) & {
  /**
   * Milliseconds that the clock of the database is moved on, read anew each time. For tests of what takes long:
   * with it a lease runs out without a wait. @default 0
   */
  readonly clockOffsetMs?: () => number
  /**
   * Whether the schema is created and brought up to date at the first use. Otherwise one that is not of this version is
   * refused. @default true. Turn it off where somebody looks at a database that others work on.
   */
  readonly migrate?: boolean
  /** What the names of the tables begin with, for a database that has others too: `yt_`. @default nothing */
  readonly tablePrefix?: string
}

export interface SqliteFile {
  /** Path of the file; it is created where there is none. `:memory:` keeps everything in this process, until it is closed. */
  readonly filename: string
}

export interface SqliteHandle {
  /**
   * An open database of `node:sqlite`, `@photostructure/sqlite` or `better-sqlite3`, for hosts that have chosen their
   * driver. It must be a connection of its own, since transactions would mix; its `busy_timeout`, `synchronous`,
   * `foreign_keys` and `journal_mode` are set. It is not closed with the storage.
   */
  readonly database: SqliteDatabase
}

/**
 * Keeps jobs and transcripts in one SQLite file, durably: what was acknowledged is on the disk.
 *
 * Nothing is opened before the first use, or `ready()`. Any number of processes may use the same file on a local
 * file system. Needs SQLite 3.42: built into Node.js 22.13, or @photostructure/sqlite.
 *
 * @throws {TranscriptionError} `invalid_input` when the filename is empty, or the prefix is no plain name.
 */
export function sqliteStorage(options: SqliteStorageOptions): TranscriptionStorage {
  const { clockOffsetMs = () => 0, migrate, tablePrefix } = options
  if ('filename' in options) checkFilename(options.filename)
  const db = new Kysely<Tables>({ dialect: sqliteDialect(accessTo(options)) })
  return sqlStorage({
    db,
    traits: sqliteTraits({ label: labelOf(options), clockOffsetMs }),
    close: () => db.destroy(),
    ...(migrate !== undefined && { migrate }),
    ...(tablePrefix !== undefined && { tablePrefix }),
  })
}

/** For SQLite an empty name is a temporary file that nobody finds again. */
function checkFilename(filename: string): void {
  if (filename.trim() !== '') return
  throw new TranscriptionError('invalid_input', 'The filename of the SQLite storage is empty.', {
    hint: 'Give the path of a file, which is created where there is none, or ":memory:" to keep nothing.',
  })
}

function accessTo(options: SqliteFile | SqliteHandle) {
  if ('filename' in options) {
    return {
      open: () => openDatabase(options.filename),
      close: (database: SqliteDatabase) => void database.close(),
    }
  }
  return { open: () => setUp(options.database), close: () => undefined }
}

function labelOf(options: SqliteFile | SqliteHandle): string {
  if (!('filename' in options)) return 'The given database'
  return options.filename === ':memory:' ? 'The database in memory' : options.filename
}
