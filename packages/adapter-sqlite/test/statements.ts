// A storage whose statements can be looked at: what it runs, and how SQLite goes about it.
import type { TranscriptionStorage } from '@ytscriptify/core'
import { sqliteStorage } from '../src/index.ts'
import { openRaw, type RawDatabase } from './raw-database.ts'

export interface WatchedStorage {
  readonly storage: TranscriptionStorage
  readonly raw: RawDatabase
  /** Moves the clock of the storage on. */
  advance(ms: number): void
  /** Runs `work`, and gives the statements that it ran, in their order, each with its query plan. */
  watch(work: () => Promise<unknown>): Promise<readonly WatchedStatement[]>
}

export interface WatchedStatement {
  readonly sql: string
  readonly plan: readonly string[]
  /** How many rows it gave. */
  readonly rows: number
}

export function watchedStorage(): WatchedStorage {
  const raw = openRaw(':memory:')
  let offsetMs = 0
  let watching: WatchedStatement[] | undefined
  const noted = <Result>(sql: string, run: () => Result, rowsOf: (result: Result) => number): Result => {
    const plan = watching ? planOf(raw, sql) : []
    const result = run()
    watching?.push({ sql, plan, rows: rowsOf(result) })
    return result
  }
  const storage = sqliteStorage({
    clockOffsetMs: () => offsetMs,
    database: {
      exec: (sql) => raw.exec(sql),
      close: () => undefined,
      prepare(sql) {
        const statement = raw.prepare(sql)
        return {
          columns: () => statement.columns?.() ?? [],
          all: (...parameters) =>
            noted(
              sql,
              () => statement.all(...parameters),
              ({ length }) => length,
            ),
          run: (...parameters) =>
            noted(
              sql,
              () => statement.run(...parameters),
              () => 0,
            ),
        }
      },
    },
  })
  return {
    storage,
    raw,
    advance: (ms) => void (offsetMs += ms),
    async watch(work) {
      const statements: WatchedStatement[] = []
      watching = statements
      await work()
      watching = undefined
      return statements
    },
  }
}

function planOf(raw: RawDatabase, sql: string): readonly string[] {
  const isTransaction = /^(begin|commit|rollback)/.test(sql)
  return isTransaction ? [] : raw.all(`explain query plan ${sql}`).map((step) => (step as { detail: string }).detail)
}
