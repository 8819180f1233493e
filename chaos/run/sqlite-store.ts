// A run on one SQLite file, with core's own queue.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { READ_SQLITE_WITNESS, SQLITE_WITNESS } from '../witness-of-sqlite.mjs'
import type { Store } from './store.ts'

export async function openSqliteStore({ folder }: { readonly folder: string }): Promise<Store> {
  const filename = join(folder, 'chaos.db')
  const database = new DatabaseSync(filename)
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  return {
    databaseUrl: `sqlite:///${filename}`,
    watch: async () => database.exec(SQLITE_WITNESS),
    rows: <Row>(sql: string, values: readonly string[] = []) =>
      patiently(() => database.prepare(sql).all(...values) as Row[]),
    witnessed: () => patiently(() => database.prepare(READ_SQLITE_WITNESS).all()),
    close: async () => database.close(),
  }
}

/** The run stands still while it waits for a lock. */
const BUSY_MS = 500
/** Longer than any process stands still, of which several may have held up the file one after the other. */
const HELD_UP_MS = 120_000
const AGAIN_MS = 50

/** Reads again while somebody holds the file up: a process that stands still with a lock does so for as long as it likes. */
async function patiently<T>(read: () => T): Promise<T> {
  const giveUpAt = performance.now() + HELD_UP_MS
  for (;;) {
    try {
      return read()
    } catch (error) {
      if (!isHeldUp(error) || performance.now() > giveUpAt) throw error
    }
    await delay(AGAIN_MS)
  }
}

/**
 * What SQLite says where a lock was not to be had in time: SQLITE_BUSY, and SQLITE_PROTOCOL for those of its write-ahead log.
 * https://www.sqlite.org/rescode.html#protocol
 */
const isHeldUp = (error: unknown): boolean =>
  error instanceof Error && /database is locked|locking protocol/.test(error.message)
