import type { Database } from '../schema.ts'
import type { SqlDialectTraits } from '../sql-dialect-traits.ts'

/** One step from a schema to the next. A released one is never edited. */
export interface Migration {
  readonly name: string
  up(db: Database, traits: SqlDialectTraits): Promise<void>
}
