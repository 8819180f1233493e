import { Kysely, sql } from 'kysely'
import type { Tables } from '@ytscriptify/storage-sql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { jointTransactions } from '../src/joint-transactions.ts'
import { openDatabase } from '../src/open-database.ts'
import { sqliteDialect } from '../src/sqlite-dialect.ts'
import { openRaw } from './raw-database.ts'
import { temporaryFile } from './temporary-file.ts'

describe('changes that come in together', () => {
  it('are made by one transaction', async () => {
    const { insert, statements } = await setUp()

    await Promise.all([insert(1), insert(2), insert(3)])

    expect(statements.filter((text) => text === 'commit')).toHaveLength(1)
  })

  it('are seen by nobody, and answered to nobody, before they are committed', async () => {
    const { write, insert, raw } = await setUp()
    const seen: unknown[] = []
    let isAnswered = false

    await Promise.all([
      insert(1).then(() => (isAnswered = true)),
      write(async () => {
        // Whoever is answered has their turn by now.
        for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
        seen.push(isAnswered, raw.all('select * from numbers'))
      }),
    ])

    expect(seen).toEqual([false, []])
    expect(raw.all('select * from numbers')).toEqual([{ number: 1 }])
  })

  it('of which one fails are made but for that one, of which nothing is left', async () => {
    const { write, insert, raw } = await setUp()

    const ends = await Promise.allSettled([
      insert(1),
      write(async (trx) => {
        await sql`insert into numbers values (2)`.execute(trx)
        throw new Error('the second has changed its mind')
      }),
      insert(3),
    ])

    expect(ends).toMatchObject([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: { message: 'the second has changed its mind' } },
      { status: 'fulfilled', value: 3 },
    ])
    expect(raw.all('select * from numbers')).toEqual([{ number: 1 }, { number: 3 }])
  })

  it('all fail when the transaction does', async () => {
    const { write, insert, raw } = await setUp()
    // Only the commit finds out that what is referred to is not there.
    const referToNothing = write(async (trx) => {
      await sql`insert into references_to_numbers values (99)`.execute(trx)
    })

    const ends = await Promise.allSettled([insert(1), referToNothing, insert(3)])

    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(raw.all('select * from numbers')).toEqual([])
  })

  it('wait for the next transaction where this one has taken long', async () => {
    let now = 0
    const { write, insert, statements } = await setUp({ monotonic: () => now })
    const slow = write(async () => void (now += 11))

    await Promise.all([slow, insert(2), insert(3)])

    expect(statements.filter((text) => text === 'commit')).toHaveLength(2)
  })

  it('go on after a transaction that failed', async () => {
    const { write, insert } = await setUp()

    await expect(write(() => Promise.reject(new Error('no')))).rejects.toThrow('no')

    expect(await insert(2)).toBe(2)
  })
})

async function setUp({ monotonic = () => performance.now() } = {}) {
  const filename = await temporaryFile()
  const statements: string[] = []
  const db = new Kysely<Tables>({
    dialect: sqliteDialect({ open: () => openDatabase(filename), close: (database) => void database.close() }),
    log: ({ query }) => void statements.push(query.sql),
  })
  onTestFinished(() => db.destroy())
  await sql`create table numbers (number integer primary key)`.execute(db)
  await sql`create table references_to_numbers (
    number integer references numbers (number) deferrable initially deferred)`.execute(db)
  const clock = { now: Date.now, monotonic, timer: () => () => undefined, sleep: () => Promise.resolve() }
  const joint = jointTransactions({ clock })
  const write = <T>(work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> => joint(db, work)
  const insert = (number: number): Promise<number> =>
    write(async (trx) => {
      await sql`insert into numbers values (${number})`.execute(trx)
      return number
    })
  const raw = openRaw(filename)
  onTestFinished(() => void raw.close())
  return { write, insert, statements, raw }
}
