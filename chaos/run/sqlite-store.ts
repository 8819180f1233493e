// A run on one SQLite file, with core's own queue.
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { READ_SQLITE_WITNESS, SQLITE_WITNESS } from '../witness-of-sqlite.mjs'
import type { Store } from './store.ts'

export async function openSqliteStore({ folder }: { readonly folder: string }): Promise<Store> {
  const filename = join(folder, 'chaos.db')
  const database = new DatabaseSync(filename)
  database.exec('PRAGMA busy_timeout = 5000')
  return {
    databaseUrl: `sqlite:///${filename}`,
    watch: async () => database.exec(SQLITE_WITNESS),
    rows: async <Row>(sql: string, values: readonly string[] = []) => database.prepare(sql).all(...values) as Row[],
    witnessed: async () => database.prepare(READ_SQLITE_WITNESS).all(),
    close: async () => database.close(),
  }
}
