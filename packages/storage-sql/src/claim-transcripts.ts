// Gives due transcripts to a worker: each to one, in rank order, through the gates that let them pass.
import { JOB_MOVES, TRANSCRIPT_MOVES, type Claim, type ClaimOptions, type ClaimedTranscript } from '@ytscriptify/core'
import { writeGates } from './gates.ts'
import { firstOf, isDue, passableLanes, probesFor, type Lanes, type Wanted } from './lanes.ts'
import { distinct, locking } from './locks.ts'
import { readClock } from './read-clock.ts'
import { TRANSCRIPT_COLUMNS, toClaimed, type TranscriptRow } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { markSeen, wasJustSeen } from './workers.ts'

export async function claimTranscripts(db: Database, options: ClaimOptions, traits: SqlDialectTraits): Promise<Claim> {
  if (traits.probeBeforeClaim) {
    const nothing = await traits.read(db, (reader) => claimOfNothing(reader, options, traits))
    if (nothing) return nothing
  }
  const claim = await traits.write(db, async (trx) => {
    const claimed = await claimIn(trx, options, traits)
    return traits.rowLocks ? claimed : { ...claimed, startedJobs: await startJobs(trx, claimed.transcripts, traits) }
  })
  if (!traits.rowLocks || claim.transcripts.length === 0) return claim

  // In a transaction of its own: whoever holds the lock of a job may be waiting for the transcripts claimed here.
  return { ...claim, startedJobs: await traits.write(db, (trx) => startJobs(trx, claim.transcripts, traits)) }
}

/** The claim of an idle worker, found by reading alone. `undefined` when there is something to change. */
async function claimOfNothing(
  db: Database,
  options: ClaimOptions,
  traits: SqlDialectTraits,
): Promise<Claim | undefined> {
  const now = await readClock(db, traits)
  if (!(await wasJustSeen(db, options.worker, now, traits))) return undefined
  const lanes = await passableLanes(db, { source: options.source, now, lock: false }, traits)
  if (await isDue(db, lanes, wantedOf(options, now), traits)) return undefined
  return { transcripts: [], startedJobs: [], suspectDue: await isSuspectDue(db, { lanes, options, now }, traits) }
}

async function claimIn(trx: Database, options: ClaimOptions, traits: SqlDialectTraits): Promise<Claim> {
  const now = await readClock(trx, traits)
  const wanted = wantedOf(options, now)
  const lanes = await passableLanes(trx, { source: options.source, now, lock: true }, traits)
  const probes = await probesFor(trx, lanes.ajar, wanted, traits)

  const rows = await startAttempts(trx, { open: lanes.open, probes: [...probes.values()] }, { options, wanted }, traits)
  const probing = lanes.ajar.flatMap((gate) => {
    const row = rows.find(({ id }) => Number(id) === probes.get(gate.key))
    return row ? [{ ...gate, probe: { transcriptId: Number(row.id), attempt: row.attempt } }] : []
  })
  await writeGates(trx, probing, traits)
  await markSeen(trx, options.worker, now, traits)

  const left = { ...lanes, ajar: lanes.ajar.filter(({ key }) => !probing.some((gate) => gate.key === key)) }
  return {
    transcripts: await withJobs(trx, rows, { now, traits }),
    startedJobs: [],
    suspectDue: await isSuspectDue(trx, { lanes: left, options, now }, traits),
  }
}

const wantedOf = ({ source, limit, maxCrashes, jobIds, suspect = false }: ClaimOptions, now: number): Wanted => ({
  source,
  maxCrashes,
  now,
  suspects: suspect,
  limit: suspect ? Math.min(1, limit) : limit,
  ...(jobIds && { jobIds }),
})

const isSuspectDue = (
  db: Database,
  { lanes, options, now }: { readonly lanes: Lanes; readonly options: ClaimOptions; readonly now: number },
  traits: SqlDialectTraits,
): Promise<boolean> => isDue(db, lanes, wantedOf({ ...options, suspect: true }, now), traits)

/** One statement picks, and takes what it picked. */
async function startAttempts(
  trx: Database,
  from: { readonly open: readonly string[]; readonly probes: readonly number[] },
  { options, wanted }: { readonly options: ClaimOptions; readonly wanted: Wanted },
  traits: SqlDialectTraits,
): Promise<readonly TranscriptRow[]> {
  const picks = firstOf(trx, from, wanted, traits)
  if (!picks) return []
  const { worker } = options
  const { encode, decode } = traits.instant
  const now = encode(wanted.now)
  const rows = await trx
    // Materialized, since a planner that merges it with the update may run it once for each row, and pick more than its limit.
    .with(
      (cte) => cte('picked').materialized(),
      () => picks,
    )
    .updateTable('transcripts')
    .from('picked')
    .set((eb) => ({
      status: TRANSCRIPT_MOVES.claim.to,
      attempt: eb('transcripts.attempt', '+', 1),
      lease_until: encode(wanted.now + worker.leaseMs),
      claimed_at: now,
      claimed_by: worker.id,
      updated_at: now,
    }))
    .whereRef('transcripts.id', '=', 'picked.id')
    .where('transcripts.status', 'in', TRANSCRIPT_MOVES.claim.from)
    .returning(TRANSCRIPT_COLUMNS.map(<C extends string>(column: C) => `transcripts.${column}` as const))
    .execute()
  return rows.sort((a, b) => decode(a.rank_at) - decode(b.rank_at) || Number(a.id) - Number(b.id))
}

async function withJobs(
  db: Database,
  rows: readonly TranscriptRow[],
  { now, traits }: { readonly now: number; readonly traits: SqlDialectTraits },
): Promise<readonly ClaimedTranscript[]> {
  if (rows.length === 0) return []
  const ids = distinct(rows.map(({ job_id }) => job_id))
  const jobs = await db.selectFrom('jobs').selectAll().where('id', 'in', ids).execute()
  const jobOf = new Map(jobs.map((job) => [job.id, job]))
  return rows.map((row) => {
    const job = jobOf.get(row.job_id)
    if (!job) throw new Error(`Transcript ${row.id} belongs to no job.`)
    return toClaimed(row, { job, now, instant: traits.instant })
  })
}

/** The jobs whose first transcripts were claimed become `processing`. Doing it twice does nothing. */
async function startJobs(
  trx: Database,
  claimed: readonly ClaimedTranscript[],
  traits: SqlDialectTraits,
): Promise<readonly string[]> {
  if (claimed.length === 0) return []
  const waiting = trx
    .selectFrom('jobs')
    .select('id')
    .where('id', 'in', distinct(claimed.map(({ jobId }) => jobId)))
    .where('status', 'in', JOB_MOVES.start.from)
    .orderBy('id')
  const now = traits.instant.encode(await readClock(trx, traits))
  const started = await trx
    .updateTable('jobs')
    .set((eb) => ({ status: JOB_MOVES.start.to, version: eb('version', '+', 1), updated_at: now }))
    .where('id', 'in', locking(waiting, 'jobs', traits))
    .returning('id')
    .execute()
  return started.map(({ id }) => id)
}
