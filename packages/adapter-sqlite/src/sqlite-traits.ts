// SQLite, as the shared SQL needs to know it.
import { sql } from 'kysely'
import { TranscriptionError } from '@ytscriptify/core'
import type { Database, SqlDialectTraits } from '@ytscriptify/storage-sql'
import { inTransaction } from './in-transaction.ts'
import { jointTransactions } from './joint-transactions.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import { storageErrorOf } from './sqlite-errors.ts'

export interface SqliteTraitsOptions {
  readonly label: string
  /** Milliseconds that the clock of the database is moved on. For tests. */
  readonly clockOffsetMs: () => number
}

export const sqliteTraits = ({ label, clockOffsetMs }: SqliteTraitsOptions): SqlDialectTraits => ({
  label,
  columnTypes: { id: 'integer', integer: 'integer', bigint: 'integer', instant: 'integer', text: 'text' },
  // Without `autoincrement` the id of a deleted row may be given again, and an old lease would fit a new row.
  identity: (column) => column.primaryKey().autoIncrement().notNull(),
  castOf: () => '',
  instant: { encode: (ms) => ms, decode: Number },
  clock: () => sql<number>`cast(round(unixepoch('subsec') * 1000) as integer) + ${clockOffsetMs()}`,
  rowLocks: false,
  probeBeforeClaim: true,
  // SQLITE_MAX_VARIABLE_NUMBER since 3.32. https://www.sqlite.org/limits.html#max_variable_number
  maxParameters: 32_766,
  parallelWrites: 1,
  tableNames,
  prepare: (db) => retryWhileBusy(() => useWal(db, label)),
  exclusively: (db, work) => retryWhileBusy(() => inTransaction(db, 'exclusive', work)),
  write: jointTransactions(),
  read: (db, work) => retryWhileBusy(() => work(db)),
  errorOf: (error) => storageErrorOf(error, label),
})

async function tableNames(db: Database): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type in ('table', 'view')`.execute(
    db,
  )
  return new Set(rows.map(({ name }) => name))
}

/** Readers and the writer of a file in WAL mode do not wait for each other. The mode stays with the file. */
async function useWal(db: Database, label: string): Promise<void> {
  const { rows } = await sql<{ journal_mode: string }>`pragma journal_mode = wal`.execute(db)
  const mode = rows[0]?.journal_mode
  if (mode === 'wal' || mode === 'memory') return
  throw new TranscriptionError('storage_unavailable', `${label} cannot be used in WAL mode, only in mode "${mode}".`, {
    hint: 'Put the file on a local file system: network shares cannot hold what the processes share.',
  })
}
