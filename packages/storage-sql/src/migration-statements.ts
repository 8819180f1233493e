// The migrations as text, for people who apply SQL themselves.
import { DummyDriver, Kysely, type CompiledQuery, type Dialect, type QueryResult } from 'kysely'
import { applyMigrations } from './migrate.ts'
import { checkNamespace, namespacePlugin, type Namespace } from './namespace.ts'
import type { Tables } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export interface MigrationStatementsOptions extends Namespace {
  readonly dialect: Pick<Dialect, 'createAdapter' | 'createQueryCompiler' | 'createIntrospector'>
  readonly traits: SqlDialectTraits
  /** The version that the schema has. @default 0: there is nothing yet */
  readonly from?: number
}

/**
 * What a storage would run to bring a schema up to date: the very same statements, in their order.
 *
 * @throws {TranscriptionError} `invalid_input` when schema or prefix is no plain name.
 */
export async function migrationStatements({
  dialect,
  traits,
  from = 0,
  ...namespace
}: MigrationStatementsOptions): Promise<readonly string[]> {
  checkNamespace(namespace)
  const statements: string[] = []
  const db = new Kysely<Tables>({ dialect: { ...dialect, createDriver: () => new ListeningDriver(statements) } })
  const plugin = namespacePlugin(namespace)
  await applyMigrations(plugin ? db.withPlugin(plugin) : db, traits, from)
  return statements
}

/** Runs nothing, and remembers what it was given. */
class ListeningDriver extends DummyDriver {
  readonly #statements: string[]

  constructor(statements: string[]) {
    super()
    this.#statements = statements
  }

  override async acquireConnection() {
    const statements = this.#statements
    return {
      async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
        if (parameters.length > 0) throw new Error(`A migration has parameters, which a text cannot have: ${sql}`)
        statements.push(sql)
        return { rows: [] }
      },
      // eslint-disable-next-line require-yield -- Kysely asks for a generator; no migration streams.
      async *streamQuery(): AsyncGenerator<never> {
        throw new Error('Streaming is not supported.')
      },
    }
  }
}
