// Brings a database up to date, and leaves alone what is not ours.
import { TranscriptionError } from '@ytscriptify/core'
import { MIGRATIONS } from './migrations/all-migrations.ts'
import { readClock } from './read-clock.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/**
 * Safe for any number of processes that start at once: one migrates, the others wait for it.
 *
 * @throws {TranscriptionError} `storage_incompatible`, before anything is written, where the database belongs to
 *   somebody else or to a newer version.
 */
export async function migrate(db: Database, traits: SqlDialectTraits): Promise<void> {
  const version = await traits.read(db, (reader) => schemaVersion(reader, traits))
  await traits.prepare(db)
  if (version === MIGRATIONS.length) return

  await traits.exclusively(db, async (trx) => {
    // Again, now that nobody else migrates.
    const from = await schemaVersion(trx, traits)
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < from) continue
      if (index === 0) await createMigrationsTable(trx, traits)
      await migration.up(trx, traits)
      const now = traits.instant.encode(await readClock(trx, traits))
      const applied = { version: index + 1, name: migration.name, applied_at: now }
      await trx.insertInto('ytscriptify_migrations').values(applied).execute()
    }
  })
}

/** How many migrations the database has. 0 = it has nothing that our tables would get in the way of. */
async function schemaVersion(db: Database, traits: SqlDialectTraits): Promise<number> {
  const tables = await traits.tableNames(db)
  if (!tables.has('ytscriptify_migrations')) {
    const taken = OUR_TABLES.filter((name) => tables.has(name))
    if (taken.length > 0) throw foreignDatabase(traits, taken)
    return 0
  }
  const { version } = await db
    .selectFrom('ytscriptify_migrations')
    .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('version'))
    .executeTakeFirstOrThrow()
  if (version > MIGRATIONS.length) throw newerDatabase(traits, version)
  return version
}

const OUR_TABLES = ['jobs', 'transcripts', 'deliveries', 'delivery_attempts', 'gates', 'workers'] as const

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
      hint: `Name another database, and take the data over: ytscriptify import ${label}. This one stays as it is.`,
    },
  )

const newerDatabase = ({ label }: SqlDialectTraits, version: number): TranscriptionError =>
  new TranscriptionError(
    'storage_incompatible',
    `${label} was migrated to schema ${version} by a newer version; this one knows schema ${MIGRATIONS.length}.`,
    { hint: 'Update this installation to the version that the others use, or name another database.' },
  )
