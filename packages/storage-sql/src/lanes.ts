// The lanes of a source: its gates, and behind each the pending transcripts in the order in which they are claimed.
import { sql, type SelectQueryBuilder } from 'kysely'
import { gateStateAt, type ClaimOptions, type Gate } from '@ytscriptify/core'
import { locking } from './locks.ts'
import { toGate } from './row-mapping.ts'
import type { Database, Instant, Tables } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** The lanes that a claim may take from. */
export interface Lanes {
  /** Keys of the gates that are open. */
  readonly open: readonly string[]
  /** Gates that are ajar and whose probe is not under way: one transcript may pass each. */
  readonly ajar: readonly Gate[]
}

/** Which transcripts a claim looks for. */
export interface Wanted extends Pick<ClaimOptions, 'source' | 'limit' | 'maxCrashes' | 'jobIds'> {
  readonly now: number
  readonly suspects: boolean
}

interface Candidate {
  readonly id: number
  readonly rankAt: number
  readonly gateKey: string
}

/**
 * @param options.lock - Whether to lock the gates that are ajar, so that nobody else sends a probe through them.
 */
export async function passableLanes(
  db: Database,
  { source, now, lock }: { readonly source: string; readonly now: number; readonly lock: boolean },
  traits: SqlDialectTraits,
): Promise<Lanes> {
  const query = db.selectFrom('gates').selectAll().where('source', '=', source).orderBy('key')
  const gates = (await query.execute()).map((row) => toGate(row, traits))
  const open = gates.filter((gate) => gateStateAt(gate, now) === 'open').map(({ key }) => key)
  const ajar = gates.filter((gate) => gateStateAt(gate, now) === 'ajar')
  if (ajar.length === 0) return { open, ajar }

  const locked =
    lock && traits.rowLocks ? await lockedGates(db, { source, keys: ajar.map(({ key }) => key) }, traits) : ajar
  const still = locked.filter((gate) => gateStateAt(gate, now) === 'ajar')
  return { open, ajar: await withoutProbe(db, still, now, traits) }
}

async function lockedGates(
  db: Database,
  { source, keys }: { readonly source: string; readonly keys: readonly string[] },
  traits: SqlDialectTraits,
): Promise<readonly Gate[]> {
  const query = db.selectFrom('gates').selectAll().where('source', '=', source).where('key', 'in', keys).orderBy('key')
  return (await locking(query, 'gates', traits).execute()).map((row) => toGate(row, traits))
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
    .where('status', '=', 'processing')
    .where('lease_until', '>', instant.encode(now))
    .execute()
  const underWay = new Map(rows.map(({ id, attempt }) => [Number(id), attempt]))
  return gates.filter(({ probe }) => !probe || underWay.get(probe.transcriptId) !== probe.attempt)
}

/** Whether a transcript that fits is due in any of the lanes. */
export async function isDue(db: Database, lanes: Lanes, wanted: Wanted, traits: SqlDialectTraits): Promise<boolean> {
  const keys = [...lanes.open, ...lanes.ajar.map(({ key }) => key)]
  const heads = together(
    db,
    keys.flatMap((key) => headsOfLane(db, key, { ...wanted, limit: 1 }, traits)),
  )
  return heads !== undefined && (await heads.limit(1).execute()).length > 0
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
    gates.flatMap(({ key }) => headsOfLane(db, key, { ...wanted, limit: 2 }, traits)),
  )
  const candidates = ((await heads?.execute()) ?? [])
    .map((row): Candidate => ({
      id: Number(row.id),
      rankAt: traits.instant.decode(row.rank_at),
      gateKey: row.gate_key,
    }))
    .sort((a, b) => a.rankAt - b.rankAt || a.id - b.id)
  return new Map(
    gates.flatMap(({ key, closedBy }) => {
      const ofGate = candidates.filter(({ gateKey }) => gateKey === key)
      const probe = ofGate.find(({ id }) => id !== closedBy) ?? ofGate[0]
      return probe ? [[key, probe.id] as const] : []
    }),
  )
}

/** The first of the open lanes and of these probes, by rank and then by id, as a query. */
export function firstOf(
  db: Database,
  { open, probes }: { readonly open: readonly string[]; readonly probes: readonly number[] },
  wanted: Wanted,
  traits: SqlDialectTraits,
) {
  const heads = open.flatMap((key) => headsOfLane(db, key, wanted, traits))
  const probing = pending(db).where('id', 'in', probes)
  const all = together(db, probes.length > 0 ? [...heads, skippingLocked(probing, traits)] : heads)
  return all && db.selectFrom(all.as('due')).select('id').orderBy('rank_at').orderBy('id').limit(wanted.limit)
}

type Heads = SelectQueryBuilder<Tables, 'transcripts', { id: number | string; rank_at: Instant; gate_key: string }>

/** One query of all heads, each of which keeps its own order and limit. */
function together(db: Database, heads: readonly Heads[]) {
  const [first, ...rest] = heads.map((head) => db.selectFrom(head.as('head')).select(['id', 'rank_at', 'gate_key']))
  return first && rest.reduce((all, next) => all.unionAll(next), first)
}

const pending = (db: Database): Heads =>
  db
    .selectFrom('transcripts')
    .select(['id', 'rank_at', 'gate_key'])
    // A literal, since a partial index serves only statements that show their condition.
    .where('status', '=', sql.lit('pending'))
    .where('duplicate_of', 'is', null)

/** The first transcripts of a lane that are due and fit, as the few queries that read nothing but what they give. */
function headsOfLane(db: Database, key: string, wanted: Wanted, traits: SqlDialectTraits): readonly Heads[] {
  const { source, limit, maxCrashes, suspects, jobIds } = wanted
  const now = traits.instant.encode(wanted.now)
  const fitting = pending(db).where('run_at', '<=', now).orderBy('rank_at').orderBy('id').limit(limit)
  const due = suspects
    ? fitting.where('crashes', '>=', maxCrashes - 1).where('crashes', '<', maxCrashes)
    : fitting.where('crashes', '<', maxCrashes - 1)
  const inLane = due.where('source', '=', source).where('gate_key', '=', key)
  return headsBy().map((head) => skippingLocked(head, traits))

  function headsBy(): readonly Heads[] {
    // Through the jobs: the concatenation hides the lane from the planner, which would search all of it for them.
    if (jobIds) {
      return [
        due
          .where('job_id', 'in', jobIds)
          .where((eb) => eb('source', '||', ''), '=', source)
          .where((eb) => eb('gate_key', '||', ''), '=', key),
      ]
    }
    if (suspects && maxCrashes > 1) return [inLane.where((eb) => eb('crashes', '>', eb.lit(0)))]
    // What was never put off ranks ahead of its time, and is due. What was put off ranks by the time at which it
    // is due, so that beyond `now` there is nothing to find. Each of the two has its index.
    return [
      inLane.whereRef('rank_at', '>', 'run_at'),
      inLane.whereRef('rank_at', '<=', 'run_at').where('rank_at', '<=', now),
    ]
  }
}

/** What another claim has just locked is not waited for: it is about to be gone. */
const skippingLocked = (heads: Heads, { rowLocks }: SqlDialectTraits): Heads =>
  rowLocks ? heads.forUpdate().skipLocked() : heads
