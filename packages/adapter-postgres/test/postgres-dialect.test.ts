// Transactions on a client that sends statements without waiting for the answers to those before.
import { Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { poolDialect } from '../src/postgres-dialect.ts'
import type { PostgresClient, PostgresResult } from '../src/postgres-pool.ts'

const ANSWER: PostgresResult = { command: 'SELECT', rowCount: 0, rows: [] }

interface Sent {
  readonly text: string
  readonly answer: (result?: PostgresResult) => void
  readonly fail: (error: Error) => void
}

/** A server that answers when it is told to, and a client of it. */
function silentServer({ pipeline }: { readonly pipeline: boolean }) {
  const sent: Sent[] = []
  const released: unknown[] = []
  const client: PostgresClient = {
    pipeline,
    query: (text) =>
      new Promise((resolve, reject) => {
        sent.push({ text, answer: (result = ANSWER) => resolve(result), fail: reject })
      }),
    release: (destroy) => released.push(destroy),
    on: () => undefined,
  }
  const pool = { connect: () => Promise.resolve(client), end: () => Promise.resolve(), on: () => undefined }
  return { sent, released, db: new Kysely<object>({ dialect: poolDialect(pool) }) }
}

const texts = (sent: readonly Sent[]): readonly string[] => sent.map(({ text }) => text)

const inTransaction = (db: Kysely<object>): Promise<unknown> =>
  db.transaction().execute((trx) => sql`select 1`.execute(trx))

describe('the beginning of a transaction', () => {
  it('is sent together with its first statement, and nothing after that before both are answered', async () => {
    const { sent, db } = silentServer({ pipeline: true })

    const done = inTransaction(db)
    await expect.poll(() => texts(sent)).toEqual(['begin', 'select 1'])
    sent[1]?.answer()
    await new Promise(setImmediate)
    const beforeItBegan = texts(sent)
    sent[0]?.answer()
    await expect.poll(() => texts(sent)).toEqual(['begin', 'select 1', 'commit'])
    sent[2]?.answer()
    await done

    expect(beforeItBegan).toEqual(['begin', 'select 1'])
  })

  it('fails its first statement where it fails itself, and the transaction is rolled back', async () => {
    const { sent, db } = silentServer({ pipeline: true })

    const done = inTransaction(db)
    await expect.poll(() => texts(sent)).toEqual(['begin', 'select 1'])
    sent[0]?.fail(new Error('no transactions here'))
    sent[1]?.answer()
    await expect.poll(() => texts(sent)).toEqual(['begin', 'select 1', 'rollback'])
    sent[2]?.answer()

    await expect(done).rejects.toThrow('no transactions here')
  })

  it('is waited for on a client that sends one statement after the other', async () => {
    const { sent, db } = silentServer({ pipeline: false })

    const done = inTransaction(db)
    await expect.poll(() => texts(sent)).toEqual(['begin'])
    await new Promise(setImmediate)
    const beforeItBegan = texts(sent)
    for (const next of [1, 2, 3]) {
      sent[next - 1]?.answer()
      if (next < 3) await expect.poll(() => sent.length).toBe(next + 1)
    }
    await done

    expect(beforeItBegan).toEqual(['begin'])
    expect(texts(sent)).toEqual(['begin', 'select 1', 'commit'])
  })
})

it('a rollback that cannot reach the server any more does not hide why', async () => {
  const { sent, released, db } = silentServer({ pipeline: true })

  const done = inTransaction(db)
  await expect.poll(() => texts(sent)).toEqual(['begin', 'select 1'])
  sent[0]?.answer()
  sent[1]?.fail(new Error('Query read timeout'))
  await expect.poll(() => texts(sent)).toEqual(['begin', 'select 1', 'rollback'])
  sent[2]?.fail(new Error('Connection terminated unexpectedly'))

  await expect(done).rejects.toThrow('Query read timeout')
  expect(released).toEqual([true])
})
