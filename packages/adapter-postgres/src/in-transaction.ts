import { systemClock, type Clock } from '@ytscriptify/core'
import type { Database } from '@ytscriptify/storage-sql'
import { isBrokenOff, isGivenUp } from './postgres-errors.ts'

export interface TransactionOptions {
  readonly clock?: Clock
  readonly random?: () => number
}

/** Our order of locks leaves nothing to deadlock; somebody else's statements on our tables may. */
const MAX_TRIES = 5

/**
 * Runs `work` in a transaction, anew from its beginning where the server gave it up in favour of another one.
 *
 * Read committed, whatever the default of the database is: what a lock waited for has to be seen once it is had.
 * https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export async function inTransaction<T>(
  db: Database,
  work: (trx: Database) => Promise<T>,
  { clock = systemClock, random = Math.random }: TransactionOptions = {},
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().setIsolationLevel('read committed').execute(work)
    } catch (error) {
      if (!isGivenUp(error) || tries === MAX_TRIES) throw error
    }
    await clock.sleep(random() * 10 * 2 ** tries)
  }
}

/** Runs what only reads, and once more on another connection where the first one had died in the pool. */
export async function reading<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  try {
    return await work(db)
  } catch (error) {
    if (!isBrokenOff(error)) throw error
    return work(db)
  }
}
