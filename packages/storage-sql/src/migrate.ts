// Brings a database up to date, and leaves alone what is not ours.
import { sql } from 'kysely'
import { TranscriptionError } from '@ytscriptify/core'
import { MIGRATIONS } from './migrations/all-migrations.ts'
import { tableNamesIn, type Namespace } from './namespace.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** The version of the schema that this code works on. */
export const SCHEMA_VERSION = MIGRATIONS.length

export interface MigrateOptions {
  readonly namespace: Namespace
  /** Whether to bring an older schema up to date. Otherwise it is refused. */
  readonly apply: boolean
}

/**
 * Safe for any number of processes that start at once: one migrates, the others wait for it.
 *
 * @throws {TranscriptionError} `storage_incompatible`, before anything is written, where the database belongs to
 *   somebody else or to a newer version, or to an older one that is not to be changed.
 */
export async function migrate(db: Database, traits: SqlDialectTraits, options: MigrateOptions): Promise<void> {
  const { namespace, apply } = options
  const version = await traits.read(db, (reader) => schemaVersion(reader, traits, namespace))
  if (version < SCHEMA_VERSION && !apply) throw olderDatabase(traits, version)
  await traits.prepare(db)
  if (version === SCHEMA_VERSION) return

  await traits.exclusively(db, async (trx) => {
    // Again, now that nobody else migrates.
    const from = await schemaVersion(trx, traits, namespace)
    await applyMigrations(trx, traits, from)
  })
}

/** Runs the migrations from a version on, in a transaction or, to be read by people, against a database that only listens. */
export async function applyMigrations(db: Database, traits: SqlDialectTraits, from: number): Promise<void> {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < from) continue
    if (index === 0) await createMigrationsTable(db, traits)
    await migration.up(db, traits)
    await db
      .insertInto('ytscriptify_migrations')
      .values({ version: sql.lit(index + 1), name: sql.lit(migration.name), applied_at: traits.clock() })
      .execute()
  }
}

/** How many migrations the database has. 0 = it has nothing that our tables would get in the way of. */
async function schemaVersion(db: Database, traits: SqlDialectTraits, namespace: Namespace): Promise<number> {
  const tables = await traits.tableNames(db)
  if (!tables.has(`${namespace.tablePrefix ?? ''}ytscriptify_migrations`)) {
    const taken = tableNamesIn(namespace).filter((name) => tables.has(name))
    if (taken.length > 0) throw foreignDatabase(traits, taken)
    return 0
  }
  const { version } = await db
    .selectFrom('ytscriptify_migrations')
    .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('version'))
    .executeTakeFirstOrThrow()
  if (version > SCHEMA_VERSION) throw newerDatabase(traits, version)
  return version
}

const createMigrationsTable = (db: Database, { columnTypes: types }: SqlDialectTraits): Promise<void> =>
  db.schema
    .createTable('ytscriptify_migrations')
    .addColumn('version', types.integer, (column) => column.primaryKey().notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('applied_at', types.instant, (column) => column.notNull())
    .execute()

const foreignDatabase = ({ label }: SqlDialectTraits, taken: readonly string[]): TranscriptionError =>
  new TranscriptionError(
    'storage_incompatible',
    `${label} already has ${taken.map((name) => `"${name}"`).join(' and ')}, but not from this version: it was left unchanged.`,
    {
      hint: 'Name another database; this one stays as it is. "ytscriptify import" takes its data over there.',
    },
  )

const newerDatabase = ({ label }: SqlDialectTraits, version: number): TranscriptionError =>
  new TranscriptionError(
    'storage_incompatible',
    `${label} was migrated to schema ${version} by a newer version; this one knows schema ${SCHEMA_VERSION}.`,
    { hint: 'Update this installation to the version that the others use, or name another database.' },
  )

/** Its issue tells programs that it can be mended here, unlike the others. */
function olderDatabase({ label }: SqlDialectTraits, version: number): TranscriptionError {
  const message = `${label} has schema ${version}; this version needs schema ${SCHEMA_VERSION}, and was told not to change it.`
  return new TranscriptionError('storage_incompatible', message, {
    hint: 'Run "ytscriptify migrate", or apply what "ytscriptify migrate --sql" prints.',
    issues: [{ path: ['older_schema'], code: 'storage_incompatible', message }],
  })
}
