// The receivers that something is waiting for, however much it is.
import { sql } from 'kysely'
import { compileOnce } from './compile-once.ts'
import type { Database, Instant } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export interface WaitingReceiver {
  readonly receiver: string
  /** When the first of its pending deliveries is due, in milliseconds since 1970. */
  readonly dueAt: number
}

/**
 * Those with pending deliveries, the longest due first: at least `count` of them, where there are so many.
 *
 * Steps through the index from one receiver to the next, so that it costs two searches for each of them, and not a
 * step for each delivery. ("Loose index scan": neither SQLite nor PostgreSQL does it by itself for a `distinct`.
 * https://wiki.postgresql.org/wiki/Loose_indexscan)
 */
export function createWaitingReceivers({
  instant,
}: SqlDialectTraits): (db: Database, count: number) => Promise<readonly WaitingReceiver[]> {
  const readers = new Map<number, ReturnType<typeof readerOf>>()

  return async (db, count) => {
    const limit = powerOfTwo(count)
    const read = readers.get(limit) ?? readerOf(limit)
    readers.set(limit, read)
    return (await read(db, {})).flatMap(({ receiver, due_at }) =>
      receiver === null || due_at === null ? [] : [{ receiver, dueAt: instant.decode(due_at) }],
    )
  }
}

/** Rounded up, since a limit is part of its statement: so there are only a few to prepare. */
export const powerOfTwo = (atLeast: number): number => 2 ** Math.ceil(Math.log2(atLeast))

const readerOf = (limit: number) =>
  compileOnce<Readonly<Record<string, never>>, Head>((db) =>
    headsOf(db).orderBy('due_at').orderBy('receiver').limit(sql.lit(limit)),
  )

interface Head {
  readonly receiver: string | null
  readonly due_at: Instant | null
}

const headsOf = (db: Database) =>
  db
    .withRecursive('receivers', (recursive) =>
      recursive
        .selectFrom('deliveries')
        .select(({ fn }) => fn.min<string | null>('receiver').as('receiver'))
        .where('status', '=', sql.lit('pending'))
        .unionAll(
          recursive
            .selectFrom('receivers')
            .select(({ selectFrom }) =>
              selectFrom('deliveries')
                .select(({ fn }) => fn.min<string | null>('deliveries.receiver').as('next'))
                .where('deliveries.status', '=', sql.lit('pending'))
                .whereRef('deliveries.receiver', '>', 'receivers.receiver')
                .as('receiver'),
            )
            .where('receivers.receiver', 'is not', null),
        ),
    )
    .selectFrom('receivers')
    .where('receivers.receiver', 'is not', null)
    .select(({ selectFrom }) => [
      'receivers.receiver',
      selectFrom('deliveries')
        .select(({ fn }) => fn.min('deliveries.run_at').as('first'))
        .where('deliveries.status', '=', sql.lit('pending'))
        .whereRef('deliveries.receiver', '=', 'receivers.receiver')
        .as('due_at'),
    ])
