// What holds only on engines that lock rows one by one. Read from the statements, as they are compiled for PostgreSQL.
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type CompiledQuery,
  type QueryResult,
} from 'kysely'
import { claimOf, importedJobOf } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { createClaimDeliveries } from '../src/claim-deliveries.ts'
import { createClaim } from '../src/claim-transcripts.ts'
import { importJobs } from '../src/import-jobs.ts'
import { purgeJobs } from '../src/purge-jobs.ts'
import { replayDelivery } from '../src/replay-delivery.ts'
import type { Tables } from '../src/schema.ts'
import { settleDeliveries } from '../src/settle-deliveries.ts'
import type { SqlDialectTraits } from '../src/sql-dialect-traits.ts'
import { forgetOld } from '../src/workers.ts'

const NOW = 1_800_000_000_000

describe('forgetting workers', () => {
  // It took their rows in no order, and waited for workers that were just coming back.
  it('locks them in the order of their ids, and leaves out those that somebody else has', async () => {
    const { db, statements } = scripted((statement) =>
      statement.startsWith('select') ? [{ id: 'worker1' }, { id: 'worker2' }] : [],
    )

    await forgetOld(db, NOW, traitsOf())

    expect(statements).toEqual([
      'select "id" from "workers" where "seen_at" <= $1 order by "workers"."id" for update of "workers" skip locked',
      'delete from "workers" where "id" in ($1, $2)',
    ])
  })

  it('writes nothing where there are none', async () => {
    const { db, statements } = scripted(() => [])

    await forgetOld(db, NOW, traitsOf())

    expect(statements).toHaveLength(1)
  })
})

describe('a claim', () => {
  const GATE = {
    source: 'fake',
    key: 'fake',
    closed_until: null,
    closings: 0,
    openings: 0,
    probe_transcript_id: null,
    probe_attempt: null,
    closed_by: null,
  }
  const TRANSCRIPT = {
    id: 7,
    job_id: 'job1',
    position: 0,
    url: 'https://example.test/dQw4w9WgXcQ',
    video_id: 'dQw4w9WgXcQ',
    request_key: 'dQw4w9WgXcQ',
    gate_key: 'fake',
    attempt: 0,
    failures: 0,
    crashes: 0,
    rank_at: NOW,
  }
  const JOB = {
    id: 'job1',
    status: 'pending',
    owner: 'default',
    request: '{"languages":[],"kind":"any"}',
    reuse: '{"scope":"none"}',
    deadline_at: NOW + 1_000,
  }
  const answer = (statement: string): readonly object[] => {
    if (statement.includes('from "gates"')) return [GATE]
    if (statement.includes('from "jobs"')) return [JOB]
    if (statement.includes('skip locked')) return [TRANSCRIPT]
    return statement.startsWith('select clock') ? [{ now: NOW }] : []
  }

  // It started them in a second one, whose failure left transcripts claimed on which nobody worked.
  it('starts its jobs in the transaction in which it takes their transcripts', async () => {
    const { db, statements } = scripted(answer)
    let transactions = 0
    const claim = createClaim(
      db,
      traitsOf({
        write(database, work) {
          transactions += 1
          return work(database)
        },
      }),
    )

    const { transcripts, startedJobs } = await claim(claimOf())

    expect(transcripts.map(({ lease }) => lease)).toEqual([{ transcriptId: 7, attempt: 1 }])
    expect(startedJobs).toEqual(['job1'])
    expect(transactions).toBe(1)
    expect(
      statements.filter((statement) => / for update(?! skip locked| of "\w+" skip locked)/.test(statement)),
    ).toEqual([])
  })
})

describe('a claim of deliveries', () => {
  const PENDING = {
    id: 'msg_1',
    job_id: 'job1',
    url: 'https://receiver.test/hook',
    receiver: 'https://receiver.test',
    type: 'job.completed',
    attempt: 0,
    failures: 0,
    run_at: NOW,
  }
  const SENDING = {
    ...PENDING,
    id: 'msg_0',
    status: 'processing',
    attempt: 1,
    lease_until: NOW - 1,
    claimed_at: NOW - 2,
  }
  const OPTIONS = { workerId: 'a', limit: 10, leaseMs: 60_000, perReceiver: 2, busy: new Map() }
  const answer = (statement: string): readonly object[] => {
    if (statement.startsWith('select clock')) return [{ now: NOW }]
    if (statement.startsWith('with recursive')) return [{ receiver: 'https://receiver.test', due_at: NOW }]
    if (statement.includes(`"status" = 'processing'`)) return [SENDING]
    return statement.includes('as "head"') ? [PENDING] : []
  }

  it('waits for nobody: it leaves out what another one has, and what is just being settled', async () => {
    const { db, statements } = scripted(answer)

    const { deliveries } = await createClaimDeliveries(db, traitsOf())(OPTIONS)

    expect(deliveries.map(({ lease }) => lease)).toEqual([{ deliveryId: 'msg_1', attempt: 1 }])
    const locking = statements.filter((statement) => statement.includes('for update'))
    expect(locking).toHaveLength(2)
    expect(locking.filter((statement) => !statement.includes('for update skip locked'))).toEqual([])
  })

  // It said that nothing was due, so that its worker slept until the reconciler came, whatever the other one left.
  it('is worth another try at once where somebody else has locked all that is due', async () => {
    const { db } = scripted((statement) => (statement.includes('as "head"') ? [] : answer(statement)))

    expect(await createClaimDeliveries(db, traitsOf())(OPTIONS)).toEqual({ deliveries: [], nextDueMs: 0 })
  })
})

describe('settling deliveries', () => {
  it('locks them in the order of their ids, so that no two groups wait for each other', async () => {
    const { db, statements } = scripted((statement) => (statement.startsWith('select clock') ? [{ now: NOW }] : []))
    const outcome = { type: 'delivered', status: 200 } as const

    const results = await settleDeliveries(db, [{ lease: { deliveryId: 'msg_1', attempt: 1 }, outcome }], traitsOf())

    expect(results).toEqual([{ accepted: false }])
    expect(statements[0]).toContain('order by "deliveries"."id" for update of "deliveries"')
  })
})

describe('a purge', () => {
  const answer = (statement: string): readonly object[] => {
    if (statement.startsWith('select clock')) return [{ now: NOW }]
    if (isSecondLook(statement)) return ['a', 'c'].map((id) => ({ id }))
    return statement.startsWith('select "jobs"') ? ['a', 'b', 'c'].map((id) => ({ id, data_bytes: '10' })) : []
  }
  const isSecondLook = (statement: string): boolean => statement.startsWith('select "jobs"."id" from "jobs"')
  const OPTIONS = { olderThanMs: 1_000, limit: 50 }

  it('waits for nobody: it passes over jobs that somebody else has locked', async () => {
    const { db, statements } = scripted(answer)

    await purgeJobs(db, OPTIONS, traitsOf())

    const locking = statements.filter((statement) => statement.includes('for update'))
    expect(locking).toHaveLength(1)
    expect(locking.filter((statement) => !statement.endsWith('for update of "jobs" skip locked'))).toEqual([])
  })

  // A replay that came between the search and the lock made a delivery pending, which was deleted with its job.
  it('looks at the deliveries again under the locks of their jobs, and deletes the others', async () => {
    const { db, statements } = scripted(answer)

    const count = await purgeJobs(db, OPTIONS, traitsOf())

    expect(count).toBe(2)
    const [locked, second, deleted] = statements.slice(-3)
    expect(locked).toMatch(/ for update of "jobs" skip locked$/)
    expect(second).toMatch(
      /^select "jobs"\."id" from "jobs" where "jobs"\."id" in \(\$1, \$2, \$3\) and \(select "deliveries"/,
    )
    expect(deleted).toBe('delete from "jobs" where "id" in ($1, $2)')
  })

  it('takes no more text at once than others should wait for', async () => {
    const { db, statements } = scripted((statement) => {
      if (isSecondLook(statement)) return [{ id: 'a' }]
      return statement.startsWith('select "jobs"')
        ? ['a', 'b', 'c'].map((id) => ({ id, data_bytes: '5000000' }))
        : answer(statement)
    })

    expect(await purgeJobs(db, OPTIONS, traitsOf())).toBe(1)
    expect(statements.at(-1)).toBe('delete from "jobs" where "id" in ($1)')
  })

  it('writes nothing where there is nothing to delete', async () => {
    const { db, statements } = scripted((statement) => (statement.startsWith('select clock') ? [{ now: NOW }] : []))

    expect(await purgeJobs(db, OPTIONS, traitsOf())).toBe(0)
    expect(statements.filter((statement) => !statement.startsWith('select'))).toEqual([])
  })
})

describe('a replay', () => {
  it('locks the job before the delivery, so that no purge takes both from under it', async () => {
    const { db, statements } = scripted(() => [])

    await replayDelivery(db, { id: 'msg_1', jobId: 'job1' }, traitsOf())

    expect(statements.map((statement) => / for update of (.*)$/.exec(statement)?.[1])).toEqual([
      '"jobs"',
      '"deliveries"',
    ])
  })
})

describe('an import', () => {
  it('inserts its jobs in the order of their ids, so that no two wait for each other', async () => {
    const parameters: unknown[][] = []
    const { db } = scripted(
      (statement) => (statement.startsWith('select clock') ? [{ now: NOW }] : []),
      (query) => void (query.sql.includes('insert into "jobs"') && parameters.push([...query.parameters])),
    )
    const jobs = ['c', 'a', 'b'].map((id) => importedJobOf('dQw4w9WgXcQ', { id }))

    expect(await importJobs(db, jobs, traitsOf())).toEqual([false, false, false])

    const ids = parameters.flat().filter((value) => typeof value === 'string' && /^[abc]$/.test(value))
    expect(ids).toEqual(['a', 'b', 'c'])
  })
})

/** A database that answers each statement by `answer`, and remembers it. */
function scripted(
  answer: (statement: string) => readonly object[],
  watch: (query: CompiledQuery) => void = () => undefined,
) {
  const statements: string[] = []
  const driver = new (class extends DummyDriver {
    override async acquireConnection() {
      return {
        async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
          const statement = query.sql.trim()
          statements.push(statement)
          watch(query)
          return { rows: answer(statement) as Row[] }
        },
        async *streamQuery(): AsyncGenerator<never> {
          yield* []
        },
      }
    }
  })()
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (database) => new PostgresIntrospector(database),
    },
  })
  return { db, statements }
}

const traitsOf = (overrides: Partial<SqlDialectTraits> = {}): SqlDialectTraits => ({
  label: 'The scripted database',
  columnTypes: { id: 'bigint', integer: 'integer', bigint: 'bigint', instant: 'bigint', text: 'text' },
  identity: (column) => column.primaryKey(),
  castOf: (type) => (type === 'text' ? '::text' : '::bigint'),
  instant: { encode: (ms) => ms, decode: Number },
  clock: () => sql<number>`clock()`,
  rowLocks: true,
  probeBeforeClaim: false,
  maxParameters: 1_000,
  parallelWrites: 1,
  tableNames: async () => new Set(),
  prepare: async () => undefined,
  exclusively: (db, work) => work(db),
  write: (db, work) => work(db),
  read: (db, work) => work(db),
  errorOf: () => undefined,
  ...overrides,
})
