// A plain connection, to look at files from outside and to prepare them.
import { loadDriver } from '../src/load-driver.ts'
import type { SqliteDatabase } from '../src/index.ts'

export interface RawDatabase extends SqliteDatabase {
  all(sql: string): unknown[]
}

export function openRaw(filename: string): RawDatabase {
  const { DatabaseSync } = loadDriver()
  const database = new DatabaseSync(filename)
  return {
    prepare: (sql) => database.prepare(sql),
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    all: (sql) =>
      database
        .prepare(sql)
        .all()
        .map((row) => ({ ...(row as object) })),
  }
}
