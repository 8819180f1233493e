// How much there is to do. Everything is counted along an index, and no further than STORAGE_RULES.countLimit.
import { sql, type ExpressionBuilder, type SelectQueryBuilder } from 'kysely'
import { STORAGE_RULES, type StorageStats } from '@ytscriptify/core'
import { readClock } from './read-clock.ts'
import type { Database, Instant, Tables } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { createWaitingReceivers } from './waiting-receivers.ts'

export function createReadStats(traits: SqlDialectTraits): (db: Database) => Promise<StorageStats> {
  const { encode } = traits.instant
  const waitingReceivers = createWaitingReceivers(traits)

  return async (db) => {
    const now = await readClock(db, traits)
    const counts = await countOpen(db, encode(now))
    const pendingDeliveries = await countPendingDeliveries(db, encode(now))
    const lastMinute = await countEnded(db, { after: encode(now - STORAGE_RULES.lastMinuteMs), until: encode(now) })
    const dueSince = await longestDueOf(db, now, traits)
    const [receiver] = await waitingReceivers(db, 1)
    return {
      jobs: { pending: counts.pendingJobs, processing: counts.processingJobs },
      transcripts: {
        due: Math.min(counts.ahead + counts.inTime, STORAGE_RULES.countLimit),
        waiting: counts.later,
        processing: counts.processing,
      },
      ...(dueSince !== undefined && { oldestDueMs: now - dueSince }),
      deliveries: {
        ...pendingDeliveries,
        processing: counts.sending,
        ...(receiver && receiver.dueAt <= now && { oldestDueMs: now - receiver.dueAt }),
      },
      lastMinute,
    }
  }
}

async function countOpen(db: Database, now: Instant) {
  const jobs = (status: 'pending' | 'processing') =>
    db.selectFrom('jobs').select('jobs.id').where('jobs.status', '=', sql.lit(status))
  const processing = db.selectFrom('transcripts').select('transcripts.id').where('status', '=', sql.lit('processing'))
  const sending = db.selectFrom('deliveries').select('deliveries.id').where('status', '=', sql.lit('processing'))
  const row = await db
    .selectNoFrom([
      count(db, jobs('pending')).as('pendingJobs'),
      count(db, jobs('processing')).as('processingJobs'),
      count(db, pendingAhead(db).where('run_at', '<=', now)).as('ahead'),
      count(db, pendingInTime(db).where('rank_at', '<=', now)).as('inTime'),
      count(db, pendingInTime(db).where('rank_at', '>', now)).as('later'),
      count(db, processing).as('processing'),
      count(db, sending).as('sending'),
    ])
    .executeTakeFirstOrThrow()
  return {
    pendingJobs: Number(row.pendingJobs),
    processingJobs: Number(row.processingJobs),
    ahead: Number(row.ahead),
    inTime: Number(row.inTime),
    later: Number(row.later),
    processing: Number(row.processing),
    sending: Number(row.sending),
  }
}

/** A literal: SQLite plans by the value of a limit, and would plan anew for each execution with a parameter. */
const COUNT_LIMIT = sql.lit(STORAGE_RULES.countLimit)

/** How many rows a query gives, up to the limit. */
const count = <From extends keyof Tables, Row>(db: Database, rows: SelectQueryBuilder<Tables, From, Row>) =>
  db.selectFrom(rows.limit(COUNT_LIMIT).as('counted')).select(({ fn }) => fn.countAll<number | string>().as('rows'))

/**
 * The pending transcripts, lane after lane: a `cross join`, which SQLite takes in the order in which it is written, so that
 * each lane is a search of the indexes of claims. Those that rank ahead of their time were never put off …
 */
const pendingAhead = (db: Database) => pendingOfLanes(db).whereRef('rank_at', '>', 'run_at')

/** … and the others are due at their rank. Literals, since partial indexes serve only statements that show their conditions. */
const pendingInTime = (db: Database) => pendingOfLanes(db).whereRef('rank_at', '<=', 'run_at')

const pendingOfLanes = (db: Database) =>
  db
    .selectFrom('gates')
    .crossJoin('transcripts')
    .select('transcripts.id')
    .whereRef('transcripts.source', '=', 'gates.source')
    .whereRef('transcripts.gate_key', '=', 'gates.key')
    .where('transcripts.status', '=', sql.lit('pending'))
    .where('transcripts.duplicate_of', 'is', null)

/** In one pass over the first of them, whichever are due. */
async function countPendingDeliveries(db: Database, now: Instant) {
  const pending = db
    .selectFrom('deliveries')
    .select('run_at')
    .where('status', '=', sql.lit('pending'))
    .limit(COUNT_LIMIT)
    .as('pending')
  const row = await db
    .selectFrom(pending)
    .select(({ eb, fn }) => [
      fn.countAll<number | string>().as('all'),
      fn.count<number | string>(eb.case().when('run_at', '<=', now).then(eb.lit(1)).end()).as('due'),
    ])
    .executeTakeFirstOrThrow()
  const due = Number(row.due)
  return { due, waiting: Number(row.all) - due }
}

/** Within two bounds, the later of which holds back nothing: by the first alone, PostgreSQL without statistics expects a third of all jobs. */
async function countEnded(db: Database, { after, until }: { readonly after: Instant; readonly until: Instant }) {
  const ended = db
    .selectFrom('jobs')
    .select(['completed', 'failed', 'cancelled'])
    .where('ended_at', '>', after)
    .where('ended_at', '<=', until)
    .limit(COUNT_LIMIT)
    .as('ended')
  const row = await db
    .selectFrom(ended)
    .select(({ fn }) => [
      fn.countAll<number | string>().as('jobs'),
      fn.sum<number | string | null>('completed').as('completed'),
      fn.sum<number | string | null>('failed').as('failed'),
      fn.sum<number | string | null>('cancelled').as('cancelled'),
    ])
    .executeTakeFirstOrThrow()
  return {
    jobs: Number(row.jobs),
    completed: Number(row.completed),
    failed: Number(row.failed),
    cancelled: Number(row.cancelled),
  }
}

/**
 * Since when the next in line has been due, of the lane in which that is longest. Scalar subqueries, each of which takes the
 * head of an index: joined by their ids, the heads led PostgreSQL through all transcripts as long as it had no statistics.
 */
async function longestDueOf(
  db: Database,
  now: number,
  { instant: { decode } }: SqlDialectTraits,
): Promise<number | undefined> {
  const lanes = await db
    .selectFrom('gates')
    .select((lane) => {
      const [ahead, inTime] = [headOf(lane, '>'), headOf(lane, '<=')]
      return [
        ahead.select('transcripts.rank_at').as('aheadRank'),
        ahead.select('transcripts.id').as('aheadId'),
        ahead.select('transcripts.run_at').as('aheadRun'),
        inTime.select('transcripts.rank_at').as('inTimeRank'),
        inTime.select('transcripts.id').as('inTimeId'),
        inTime.select('transcripts.run_at').as('inTimeRun'),
      ]
    })
    .execute()
  const firsts = lanes.flatMap(({ aheadRank, aheadId, aheadRun, inTimeRank, inTimeId, inTimeRun }) => {
    const heads = [...headAt(aheadRank, aheadId, aheadRun), ...headAt(inTimeRank, inTimeId, inTimeRun)]
    const [first] = heads.filter(({ dueAt }) => dueAt <= now).sort(byRank)
    return first ? [first.dueAt] : []
  })
  return firsts.reduce<number | undefined>((longest, dueAt) => Math.min(longest ?? dueAt, dueAt), undefined)

  function headAt(rank: Instant | null, id: number | string | null, run: Instant | null): readonly Head[] {
    return rank === null || run === null ? [] : [{ rank: decode(rank), id: Number(id), dueAt: decode(run) }]
  }
}

interface Head {
  readonly rank: number
  readonly id: number
  readonly dueAt: number
}

/** As claims take them: what was imported at once has equal ranks. */
const byRank = (a: Head, b: Head): number => a.rank - b.rank || a.id - b.id

/** The first of a lane by rank: of those that rank ahead of their time, or of the others. */
const headOf = (lane: ExpressionBuilder<Tables, 'gates'>, rank: '>' | '<=') =>
  lane
    .selectFrom('transcripts')
    .whereRef('transcripts.source', '=', 'gates.source')
    .whereRef('transcripts.gate_key', '=', 'gates.key')
    .where('transcripts.status', '=', sql.lit('pending'))
    .where('transcripts.duplicate_of', 'is', null)
    .whereRef('transcripts.rank_at', rank, 'transcripts.run_at')
    .orderBy('transcripts.rank_at')
    .orderBy('transcripts.id')
    .limit(sql.lit(1))
