// Opens a file and sets up the connection. Nothing is written yet: the file may turn out to be somebody else's.
import { TranscriptionError } from '@ytscriptify/core'
import { loadDriver } from './load-driver.ts'
import { rowsOf } from './row-mapping.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** How long the driver itself waits for a lock, which stops the whole process. Longer waits are {@link retryWhileBusy}'s. */
const DRIVER_WAIT_MS = 10

/** Pages that a connection keeps in memory, in KiB: more than a group commit changes, so that none is written twice. */
const CACHE_KIB = 16_000

/** `unixepoch('subsec')` came with 3.42. */
const OLDEST_VERSION = [3, 42] as const

export function openDatabase(filename: string): SqliteDatabase {
  const { DatabaseSync } = loadDriver()
  const database = new DatabaseSync(filename)
  try {
    return setUp(database)
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Sets what holds for a connection and not for the file: every commit is on the disk before it is acknowledged,
 * references are checked, and locks are hardly waited for.
 */
export function setUp(database: SqliteDatabase): SqliteDatabase {
  checkVersion(database)
  checkNumbers(database)
  database.exec(`PRAGMA busy_timeout = ${DRIVER_WAIT_MS}`)
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA foreign_keys = ON')
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  return database
}

function checkVersion(database: SqliteDatabase): void {
  const [row] = rowsOf<{ version: string }>(database.prepare('SELECT sqlite_version() AS version').all())
  const version = row?.version ?? ''
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_VERSION
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new TranscriptionError(
    'storage_incompatible',
    `This driver has SQLite ${version}; ${OLDEST_VERSION.join('.')} or newer is needed.`,
    { hint: 'Update the SQLite driver, or use Node.js 22.13 or newer, which has a new one built in.' },
  )
}

/** Drivers can be told to give integers as bigints. They would get as far as the counts of a job, which JSON cannot say. */
function checkNumbers(database: SqliteDatabase): void {
  const [row] = rowsOf<{ one: unknown }>(database.prepare('SELECT 1 AS one').all())
  if (typeof row?.one === 'number') return
  throw new TranscriptionError(
    'storage_incompatible',
    `The given database reads integers as ${typeof row?.one}, not as number.`,
    {
      hint: 'Open it without readBigInts (better-sqlite3: without defaultSafeIntegers), or give the path of the file.',
    },
  )
}
