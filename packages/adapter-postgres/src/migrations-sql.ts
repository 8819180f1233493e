// The schema as SQL, for people who apply it themselves.
import { migrationStatements, type Namespace } from '@ytscriptify/storage-sql'
import { POSTGRES_SQL } from './postgres-dialect.ts'
import { postgresTraits } from './postgres-traits.ts'

export interface MigrationsSqlOptions extends Namespace {
  /**
   * The version of the schema that is there: what `select max(version) from ytscriptify_migrations` says.
   * @default 0: nothing is there
   */
  readonly from?: number
}

/**
 * What {@link postgresStorage} would run to bring a schema up to date, to be applied in one transaction:
 * `psql --single-transaction --set ON_ERROR_STOP=1 --file schema.sql`. Afterwards a storage with `migrate: false` starts.
 *
 * @throws {TranscriptionError} `invalid_input` when schema or prefix is no plain name.
 */
export async function migrationsSql({ from = 0, ...namespace }: MigrationsSqlOptions = {}): Promise<string> {
  const traits = postgresTraits({
    ...namespace,
    label: 'The schema',
    clockOffsetMs: () => 0,
    patiently: (db, migrate) => migrate(db),
  })
  const statements = await migrationStatements({ ...namespace, dialect: POSTGRES_SQL, traits, from })
  const { schema } = namespace
  const first = schema === undefined || from > 0 ? [] : [`create schema if not exists "${schema}"`]
  return [...first, ...statements].map((statement) => `${statement};\n`).join('\n')
}
