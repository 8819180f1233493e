// What we use of a SQLite driver. `node:sqlite`, `@photostructure/sqlite` and `better-sqlite3` all fit.

/** An open database that works synchronously. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

export interface SqliteStatement {
  all(...parameters: unknown[]): unknown[]
  run(...parameters: unknown[]): { readonly changes: number | bigint }
  /** Whether it gives rows, as better-sqlite3 says it. */
  readonly reader?: boolean
  /** The columns that it gives, as node:sqlite says it. */
  columns?(): readonly unknown[]
}
