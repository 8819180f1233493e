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

/** After a server was away for a moment, all connections that wait in the pool are dead, and found out one by one. */
const MAX_READS = 3

/**
 * Runs what only reads, and again where it came to nothing: on another connection where that one had died in the pool, or where the server
 * gave up a statement, which it does where its default is to serialize.
 */
export async function reading<T>(
  db: Database,
  work: (db: Database) => Promise<T>,
  { clock = systemClock, random = Math.random }: TransactionOptions = {},
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(db)
    } catch (error) {
      if ((!isBrokenOff(error) && !isGivenUp(error)) || tries === MAX_READS) throw error
    }
    // In which the pool hears of the other ones.
    await clock.sleep(random() * 20 * tries)
  }
}
