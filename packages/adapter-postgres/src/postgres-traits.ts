// PostgreSQL, as the shared SQL needs to know it.
import { sql } from 'kysely'
import { TranscriptionError } from '@ytscriptify/core'
import type { Database, Namespace, SqlDialectTraits } from '@ytscriptify/storage-sql'
import { inTransaction, reading } from './in-transaction.ts'
import { storageErrorOf } from './postgres-errors.ts'
import { msOf } from './row-mapping.ts'

export interface PostgresTraitsOptions extends Namespace {
  readonly label: string
  /** Milliseconds that the clock of the database is moved on. For tests. */
  readonly clockOffsetMs: () => number
  /** Runs `migrate` on a connection that may take its time. */
  readonly patiently: <T>(db: Database, migrate: (db: Database) => Promise<T>) => Promise<T>
}

const CASTS = {
  id: '::bigint',
  bigint: '::bigint',
  integer: '::integer',
  instant: '::timestamptz',
  text: '::text',
} as const

export const postgresTraits = (options: PostgresTraitsOptions): SqlDialectTraits => {
  const { label, clockOffsetMs, patiently } = options
  return {
    label,
    columnTypes: { id: 'bigint', integer: 'integer', bigint: 'bigint', instant: sql`timestamptz(3)`, text: 'text' },
    identity: (column) => column.generatedAlwaysAsIdentity().primaryKey().notNull(),
    keepUncompressed,
    castOf: (type) => CASTS[type],
    instant: { encode: (ms) => new Date(ms), decode: msOf },
    clock: () => clockMovedBy(clockOffsetMs()),
    rowLocks: true,
    // An idle worker then writes nothing, which is a commit and its row in the log less, every time that it looks.
    probeBeforeClaim: true,
    // The protocol counts them in 16 bits. https://www.postgresql.org/docs/current/protocol-message-formats.html
    maxParameters: 65_535,
    parallelWrites: 4,
    parallelReads: 2,
    tableNames: (db) => tableNames(db, options),
    prepare: (db) => checkServer(db, label),
    exclusively: (db, work) => patiently(db, (patient) => oneAtATime(patient, work, options)),
    write: inTransaction,
    read: reading,
    errorOf: (error) => storageErrorOf(error, label),
  }
}

/**
 * The text of a three-hour video has a megabyte. lz4 takes a third of the time of PostgreSQL's own compression; where the server was
 * built without it, the texts are stored as they are. https://www.postgresql.org/docs/current/storage-toast.html
 */
const keepUncompressed = (table: string, column: string) => sql`do $$
begin
  alter table ${sql.table(table)} alter column ${sql.ref(column)} set compression lz4;
exception when feature_not_supported then
  alter table ${sql.table(table)} alter column ${sql.ref(column)} set storage external;
end
$$`

/** Not `now()`, which stands still during a transaction. Whole milliseconds, as the columns keep them. */
function clockMovedBy(offsetMs: number) {
  const now = sql<Date>`date_trunc('milliseconds', clock_timestamp())`
  return offsetMs === 0 ? now : sql<Date>`${now} + ${sql.lit(offsetMs)} * interval '1 millisecond'`
}

/** `set compression` came with 14. https://www.postgresql.org/docs/release/14.0/ */
const OLDEST_VERSION = 140_000

async function checkServer(db: Database, label: string): Promise<void> {
  const { rows } = await sql<{ version: number; name: string; encoding: string }>`
    select current_setting('server_version_num')::integer as version, current_setting('server_version') as name,
      current_setting('server_encoding') as encoding
  `.execute(db)
  const [server] = rows
  if (server && server.version < OLDEST_VERSION)
    throw new TranscriptionError(
      'storage_incompatible',
      `${label} is on PostgreSQL ${server.name}; 14 or newer is needed.`,
      {
        hint: 'Update the server, or name another one.',
      },
    )
  if (server && server.encoding !== 'UTF8')
    throw new TranscriptionError(
      'storage_incompatible',
      `${label} has the encoding ${server.encoding}; texts need UTF8.`,
      {
        hint: "Name another database: create database ytscriptify encoding 'UTF8' template template0",
      },
    )
}

/** Of the schema that was named, or of those that are searched. */
async function tableNames(db: Database, { schema }: Namespace): Promise<ReadonlySet<string>> {
  const place =
    schema === undefined ? sql<boolean>`pg_catalog.pg_table_is_visible(c.oid)` : sql<boolean>`n.nspname = ${schema}`
  const { rows } = await sql<{ name: string }>`
    select c.relname as name
    from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and ${place}
  `.execute(db)
  return new Set(rows.map(({ name }) => name))
}

/** Locked until the end of the transaction, by a number that is ours: whoever comes second waits. */
function oneAtATime<T>(db: Database, work: (trx: Database) => Promise<T>, namespace: Namespace): Promise<T> {
  const { schema, tablePrefix = '' } = namespace
  const place = JSON.stringify(['ytscriptify', schema ?? null, tablePrefix])
  return inTransaction(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${place}, 0))`.execute(trx)
    if (schema !== undefined) await createSchema(trx, schema)
    return work(trx)
  })
}

/** Asked first, since `if not exists` wants the right to create one where there is one already. */
async function createSchema(trx: Database, schema: string): Promise<void> {
  const { rows } = await sql`select from pg_catalog.pg_namespace where nspname = ${schema}`.execute(trx)
  if (rows.length === 0) await trx.schema.createSchema(schema).execute()
}
