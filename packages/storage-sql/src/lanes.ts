// The lanes of a source: its gates, and behind each the pending transcripts in the order in which they are claimed.
import { sql, type SelectQueryBuilder } from 'kysely'
import { gateStateAt, type ClaimOptions, type Gate } from '@ytscriptify/core'
import { lockingFree } from './locks.ts'
import { CLAIMED_COLUMNS, type TranscriptRow } from './columns.ts'
import { toGate } from './row-mapping.ts'
import type { Database, Tables } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** The lanes that a claim may take from. */
export interface Lanes {
  /** Keys of the gates that are open. */
  readonly open: readonly string[]
  /** Gates that are ajar and whose probe is not under way: one transcript may pass each. */
  readonly ajar: readonly Gate[]
  /** Whether somebody else is just sending a probe through one of those that are ajar, or closing or opening it. */
  readonly contended: boolean
}

/** Which transcripts a claim looks for. */
export interface Wanted extends Pick<ClaimOptions, 'source' | 'limit' | 'maxCrashes' | 'jobIds'> {
  readonly now: number
  readonly suspects: boolean
}

/**
 * @param options.lock - Whether to lock the gates that are ajar, so that nobody else sends a probe through them.
 */
export async function passableLanes(
  db: Database,
  { source, now, lock }: { readonly source: string; readonly now: number; readonly lock: boolean },
  traits: SqlDialectTraits,
): Promise<Lanes> {
  const query = db.selectFrom('gates').selectAll().where('source', '=', source)
  const gates = (await query.execute()).map((row) => toGate(row, traits))
  const open = gates.filter((gate) => gateStateAt(gate, now) === 'open').map(({ key }) => key)
  const ajar = gates.filter((gate) => gateStateAt(gate, now) === 'ajar')
  if (ajar.length === 0) return { open, ajar, contended: false }

  const free =
    lock && traits.rowLocks ? await lockFreeGates(db, { source, keys: ajar.map(({ key }) => key) }, traits) : ajar
  const still = free.filter((gate) => gateStateAt(gate, now) === 'ajar')
  return { open, ajar: await withoutProbe(db, still, now, traits), contended: free.length < ajar.length }
}

/** Those of these gates that nobody else has locked: a claim waits for nobody. */
async function lockFreeGates(
  db: Database,
  { source, keys }: { readonly source: string; readonly keys: readonly string[] },
  traits: SqlDialectTraits,
): Promise<readonly Gate[]> {
  const query = db.selectFrom('gates').selectAll().where('source', '=', source).where('key', 'in', keys)
  return (await lockingFree(query, 'gates', traits).execute()).map((row) => toGate(row, traits))
}

/** A probe is under way while its transcript is processing that very attempt, under a lease that has not run out. */
async function withoutProbe(
  db: Database,
  gates: readonly Gate[],
  now: number,
  { instant }: SqlDialectTraits,
): Promise<readonly Gate[]> {
  const probes = gates.flatMap(({ probe }) => (probe ? [probe.transcriptId] : []))
  if (probes.length === 0) return gates
  const rows = await db
    .selectFrom('transcripts')
    .select(['id', 'attempt'])
    .where('id', 'in', probes)
    .where('status', '=', sql.lit('processing'))
    .where('lease_until', '>', instant.encode(now))
    .execute()
  const underWay = new Map(rows.map(({ id, attempt }) => [Number(id), attempt]))
  return gates.filter(({ probe }) => !probe || underWay.get(probe.transcriptId) !== probe.attempt)
}

/** Whether a transcript that fits is due in any of the lanes. */
export async function isDue(
  db: Database,
  lanes: Pick<Lanes, 'open' | 'ajar'>,
  wanted: Wanted,
  traits: SqlDialectTraits,
): Promise<boolean> {
  const keys = [...lanes.open, ...lanes.ajar.map(({ key }) => key)]
  const due = together(
    db,
    keys.flatMap((key) => dueInLane(db, key, wanted, traits).map((head) => head.limit(sql.lit(1)))),
  )
  return due !== undefined && (await due.limit(sql.lit(1)).execute()).length > 0
}

/** For each gate that is ajar, the transcript to send through it: whatever closed it last only where nothing else is due. */
export async function probesFor(
  db: Database,
  gates: readonly Gate[],
  wanted: Wanted,
  traits: SqlDialectTraits,
): Promise<ReadonlyMap<string, number>> {
  const heads = together(
    db,
    gates.flatMap(({ key }) => dueInLane(db, key, wanted, traits).map((due) => firstBy(due, { limit: 2 }))),
  )
  const candidates = inOrder((await heads?.execute()) ?? [], traits)
  return new Map(
    gates.flatMap(({ key, closedBy }) => {
      const ofGate = candidates.filter(({ gate_key }) => gate_key === key).map(({ id }) => Number(id))
      const probe = ofGate.find((id) => id !== closedBy) ?? ofGate[0]
      return probe === undefined ? [] : [[key, probe] as const]
    }),
  )
}

/** The first of the open lanes and of these probes, by rank and then by id; locked, and left out where another claim has. */
export async function pick(
  trx: Database,
  { open, probes }: { readonly open: readonly string[]; readonly probes: readonly number[] },
  wanted: Wanted,
  traits: SqlDialectTraits,
): Promise<readonly Candidate[]> {
  const { limit } = wanted
  const heads = open.flatMap((key) => dueInLane(trx, key, wanted, traits).map((due) => firstBy(due, { limit })))
  if (probes.length > 0) heads.push(pending(trx).where('id', 'in', probes))
  const all = together(
    trx,
    heads.map((head) => (traits.rowLocks ? head.forUpdate().skipLocked() : head)),
  )
  return inOrder((await all?.execute()) ?? [], traits).slice(0, limit)
}

/** The heads of several lanes, merged. Here rather than in the query, which would build a table to sort so few rows. */
const inOrder = (rows: readonly Candidate[], { instant: { decode } }: SqlDialectTraits): readonly Candidate[] =>
  [...rows].sort((a, b) => decode(a.rank_at) - decode(b.rank_at) || Number(a.id) - Number(b.id))

/** What a claim tells of a transcript, and what puts it in its place. */
const CANDIDATE_COLUMNS = [...CLAIMED_COLUMNS, 'rank_at'] as const

type Candidate = Pick<TranscriptRow, (typeof CANDIDATE_COLUMNS)[number]>

type Due = SelectQueryBuilder<Tables, 'transcripts', Candidate>

/** One query of several, each of which keeps its own order and limit. */
function together(db: Database, heads: readonly Due[]) {
  const [first, ...rest] = heads.map((head) => db.selectFrom(head.as('head')).selectAll())
  return first && rest.reduce((all, next) => all.unionAll(next), first)
}

const firstBy = (due: Due, { limit }: { readonly limit: number }): Due =>
  // A literal: SQLite plans by the value of a limit, and would plan anew for each execution with a parameter.
  due.orderBy('rank_at').orderBy('id').limit(sql.lit(limit))

const pending = (db: Database): Due =>
  db
    .selectFrom('transcripts')
    .select(CANDIDATE_COLUMNS)
    // A literal, since a partial index serves only statements that show its condition; and with a parameter in its place
    // SQLite plans anew for each execution.
    .where('status', '=', sql.lit('pending'))
    .where('duplicate_of', 'is', null)

/** The transcripts of a lane that are due and fit, as one or two queries that each go along an index in rank order. */
function dueInLane(db: Database, key: string, wanted: Wanted, { instant }: SqlDialectTraits): readonly Due[] {
  const { source, maxCrashes, suspects, jobIds } = wanted
  const now = instant.encode(wanted.now)
  const due = pending(db).where('run_at', '<=', now)
  const fitting = suspects
    ? due.where('crashes', '>=', maxCrashes - 1).where('crashes', '<', maxCrashes)
    : due.where('crashes', '<', maxCrashes - 1)
  if (jobIds?.length === 0) return []
  if (jobIds) {
    // Found through the jobs: the concatenation hides the lane from the planner, which might search all of it.
    return [
      fitting
        .where('job_id', 'in', jobIds)
        .where((eb) => eb('source', '||', sql.lit('')), '=', source)
        .where((eb) => eb('gate_key', '||', sql.lit('')), '=', key),
    ]
  }
  const inLane = fitting.where('source', '=', source).where('gate_key', '=', key)
  if (suspects && maxCrashes > 1) return [inLane.where((eb) => eb('crashes', '>', eb.lit(0)))]
  // What was never put off ranks ahead of its time, and is due. What was put off ranks by the time at which it is due,
  // so that beyond `now` there is nothing to find. Each of the two has its index.
  return [
    inLane.whereRef('rank_at', '>', 'run_at'),
    inLane.whereRef('rank_at', '<=', 'run_at').where('rank_at', '<=', now),
  ]
}
