// Several changes in one transaction, each as if it were in one of its own: a durable commit costs more than what it keeps.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import { systemClock, type Clock } from '@ytscriptify/core'
import type { Database } from '@ytscriptify/storage-sql'
import { inTransaction } from './in-transaction.ts'
import { retryWhileBusy } from './retry-while-busy.ts'

type Work<T> = (trx: Database) => Promise<T>

interface Waiting {
  readonly db: Database
  readonly work: Work<unknown>
  readonly settle: (end: PromiseSettledResult<unknown>) => void
}

/** How long a transaction takes in one change after the other, in milliseconds. */
const LONGEST_MS = 10

/**
 * Runs the changes that come in during one turn of the event loop in one transaction. Nobody hears of a result before it
 * is committed.
 *
 * Of several, each stands behind a savepoint: one that fails is undone, and rejects alone. What has not begun after 10 ms
 * waits for the next transaction, so that no other process waits long for the lock.
 */
export function jointTransactions({ clock = systemClock }: { readonly clock?: Clock } = {}) {
  const waiting: Waiting[] = []
  let isWriting = false

  return <T>(db: Database, work: Work<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      // A closure of its own, which is where the type of the result is known.
      let result: T
      const keepResult = async (trx: Database): Promise<void> => {
        result = await work(trx)
      }
      const settle = (end: PromiseSettledResult<unknown>): void =>
        end.status === 'fulfilled' ? resolve(result) : reject(end.reason)
      waiting.push({ db, work: keepResult, settle })
      if (!isWriting) void writeAll()
    })

  /** Never rejects: every error goes to whoever waits for it. */
  async function writeAll(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      await nextTurn()
      // Those who come while it writes wait for the next one.
      const group = [...waiting]
      const [first] = group
      if (first) await writeSome(first.db, group)
    }
    isWriting = false
  }

  async function writeSome(db: Database, group: readonly Waiting[]): Promise<void> {
    const ends = await endsOf(db, group)
    waiting.splice(0, ends.length)
    for (const [index, end] of ends.entries()) group[index]?.settle(end)
  }

  /** Of those that were run. Of all where there was no transaction. */
  async function endsOf(db: Database, group: readonly Waiting[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    try {
      return await retryWhileBusy(() => inTransaction(db, 'immediate', (trx) => runUntilLate(trx, group)))
    } catch (reason) {
      return group.map(() => ({ status: 'rejected', reason }))
    }
  }

  async function runUntilLate(
    trx: Database,
    group: readonly Waiting[],
  ): Promise<readonly PromiseSettledResult<unknown>[]> {
    const since = clock.monotonic()
    const ends: PromiseSettledResult<unknown>[] = []
    for (const { work } of group) {
      if (ends.length > 0 && clock.monotonic() - since > LONGEST_MS) break
      ends.push(await (group.length === 1 ? alone(trx, work) : behindSavepoint(trx, work)))
    }
    return ends
  }
}

/** @throws what it throws, so that the transaction comes to nothing. */
const alone = async (trx: Database, work: Work<unknown>): Promise<PromiseSettledResult<unknown>> => ({
  status: 'fulfilled',
  value: await work(trx),
})

async function behindSavepoint(trx: Database, work: Work<unknown>): Promise<PromiseSettledResult<unknown>> {
  await run(trx, 'savepoint change')
  try {
    const value = await work(trx)
    await run(trx, 'release change')
    return { status: 'fulfilled', value }
  } catch (reason) {
    await undo(trx, reason)
    return { status: 'rejected', reason }
  }
}

/**
 * @throws the reason where there is nothing to go back to: some errors end the whole transaction, a full disk for one.
 * https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
 */
async function undo(trx: Database, reason: unknown): Promise<void> {
  try {
    await run(trx, 'rollback to change')
    await run(trx, 'release change')
  } catch {
    throw reason
  }
}

const run = (trx: Database, statement: string) => trx.executeQuery(CompiledQuery.raw(statement))
