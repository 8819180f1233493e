// Everything in which SQL engines differ. A new engine is one object of this type; no query asks which engine it runs on.
import type { ColumnDataType, ColumnDefinitionBuilder, Expression, RawBuilder } from 'kysely'
import type { TranscriptionError } from '@ytscriptify/core'
import type { Database, Instant } from './schema.ts'

/** The kinds of values that our columns hold. */
export type ValueType = 'id' | 'integer' | 'bigint' | 'instant' | 'text'

export interface SqlDialectTraits {
  /** What messages call the database: its file, or its host and name. Never with a password. */
  readonly label: string

  /** The column type of each kind of value, for migrations. */
  readonly columnTypes: Readonly<Record<ValueType, ColumnDataType | Expression<unknown>>>

  /** Makes a column of type `id` a primary key that the engine counts up, and whose values are never used again. */
  readonly identity: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

  /**
   * Has a column with large texts kept as they are, where the engine would compress them with more time than it is worth.
   * Absent where it does not.
   */
  readonly keepUncompressed?: (table: string, column: string) => RawBuilder<unknown>

  /**
   * What follows a parameter to tell its type where nothing else does, in a VALUES list: `::bigint`.
   * Empty for an engine that finds it out by itself.
   */
  readonly castOf: (type: ValueType) => string

  /** Milliseconds since 1970 to what the driver stores, and back. */
  readonly instant: {
    readonly encode: (ms: number) => Instant
    readonly decode: (value: Instant) => number
  }

  /** The engine's clock at this very moment, not at the start of the transaction. For tests it may be moved on. */
  readonly clock: () => RawBuilder<Instant>

  /**
   * Whether rows are locked one by one (`for update`, `skip locked`). Where they are not, a write transaction has
   * the database for itself, so there is no order of locks to keep either.
   */
  readonly rowLocks: boolean

  /**
   * Whether a claim looks by reading first: right where a write transaction keeps all others out,
   * a wasted round trip where it does not.
   */
  readonly probeBeforeClaim: boolean

  /** Values that one statement may carry. */
  readonly maxParameters: number

  /** How many group commits of one kind may be under way at the same time. */
  readonly parallelWrites: number

  /**
   * How many groups of reads of one kind may be under way at the same time, where reads that come in together are made by
   * one statement with a list as its parameter (`= any ($1)`). Absent where a read is not the way to a server and back,
   * and reads are made one by one.
   */
  readonly parallelReads?: number

  /** The names of the tables that our queries would find, prefixes included. */
  readonly tableNames: (db: Database) => Promise<ReadonlySet<string>>

  /** Runs once per start, after the database was found to be empty or ours and before anything is written to it. */
  readonly prepare: (db: Database) => Promise<void>

  /** Runs `work` in a transaction while no other process is in here, so that one process migrates and the others wait. */
  readonly exclusively: <T>(db: Database, work: (trx: Database) => Promise<T>) => Promise<T>

  /** Runs `work` in a transaction that may write, anew from its beginning where the engine asks for that. */
  readonly write: <T>(db: Database, work: (trx: Database) => Promise<T>) => Promise<T>

  /** Runs `work` outside a transaction, anew where the engine asks for that. It only reads. */
  readonly read: <T>(db: Database, work: (db: Database) => Promise<T>) => Promise<T>

  /** What an error of the driver means, where it says something about the database rather than about one statement. */
  readonly errorOf: (error: unknown) => TranscriptionError | undefined
}
