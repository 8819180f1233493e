// Gives due transcripts to a worker: each to one, in rank order, through the gates that let them pass.
import { JOB_MOVES, TRANSCRIPT_MOVES, type Claim, type ClaimOptions, type ClaimedTranscript } from '@ytscriptify/core'
import { writeGates } from './gates.ts'
import { isDue, passableLanes, pick, probesFor, type Lanes, type Wanted } from './lanes.ts'
import { distinct, lockFreeJobs } from './locks.ts'
import { readClock } from './read-clock.ts'
import { CLAIMED_JOB_COLUMNS, type ClaimedJob, type ClaimedRow, type JobRow } from './columns.ts'
import { toClaimed } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { markSeen, wasJustSeen } from './workers.ts'

/**
 * Claims, and where reading is cheaper than writing, looks first whether there is anything to claim: except for sources
 * whose last claim found something, since the next one probably will, too.
 */
export function createClaim(db: Database, traits: SqlDialectTraits): (options: ClaimOptions) => Promise<Claim> {
  const busySources = new Set<string>()

  return async (options) => {
    if (traits.probeBeforeClaim && !busySources.has(options.source)) {
      const nothing = await traits.read(db, (reader) => claimOfNothing(reader, options, traits))
      if (nothing) return nothing
    }
    const claim = await traits.write(db, (trx) => claimIn(trx, options, traits))
    if (claim.transcripts.length > 0) busySources.add(options.source)
    else busySources.delete(options.source)
    return claim
  }
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
  const isContended = async (): Promise<boolean> =>
    traits.rowLocks && (lanes.contended || (await isDue(trx, left, wanted, traits)))
  const contended = rows.length < wanted.limit && (await isContended())
  const jobs = await jobsOf(trx, rows)
  return {
    transcripts: withJobs(rows, { jobs, now, traits }),
    startedJobs: await startJobs(trx, jobs, traits),
    suspectDue: await isSuspectDue(trx, { lanes: left, options, now }, traits),
    ...(contended && { contended }),
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

/** Picks and takes. Two statements, since SQLite builds a table of its own for a pick inside the update. */
async function startAttempts(
  trx: Database,
  from: { readonly open: readonly string[]; readonly probes: readonly number[] },
  { options: { worker }, wanted }: { readonly options: ClaimOptions; readonly wanted: Wanted },
  traits: SqlDialectTraits,
): Promise<readonly ClaimedRow[]> {
  const picked = await pick(trx, from, wanted, traits)
  if (picked.length === 0) return []
  const now = traits.instant.encode(wanted.now)
  await trx
    .updateTable('transcripts')
    .set((eb) => ({
      status: TRANSCRIPT_MOVES.claim.to,
      attempt: eb('attempt', '+', 1),
      lease_until: traits.instant.encode(wanted.now + worker.leaseMs),
      claimed_at: now,
      claimed_by: worker.id,
      updated_at: now,
    }))
    .where(
      'id',
      'in',
      picked.map(({ id }) => id),
    )
    .execute()
  return picked.map((row) => ({ ...row, attempt: row.attempt + 1 }))
}

type JobOfClaimed = ClaimedJob & Pick<JobRow, 'status'>

async function jobsOf(trx: Database, rows: readonly ClaimedRow[]): Promise<readonly JobOfClaimed[]> {
  if (rows.length === 0) return []
  const ids = distinct(rows.map(({ job_id }) => job_id))
  // Their status is looked at here: in the query it would lead SQLite through all jobs that wait.
  return trx
    .selectFrom('jobs')
    .select([...CLAIMED_JOB_COLUMNS, 'status'])
    .where('id', 'in', ids)
    .execute()
}

function withJobs(
  rows: readonly ClaimedRow[],
  {
    jobs,
    now,
    traits,
  }: { readonly jobs: readonly ClaimedJob[]; readonly now: number; readonly traits: SqlDialectTraits },
): readonly ClaimedTranscript[] {
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
  jobs: readonly JobOfClaimed[],
  traits: SqlDialectTraits,
): Promise<readonly string[]> {
  const waiting = jobs.filter(isWaiting).map(({ id }) => id)
  if (waiting.length === 0) return []

  // One that somebody else has locked is started by them, or by the next claim, or ends without: a claim waits for nobody.
  const started = traits.rowLocks
    ? [...(await lockFreeJobs(trx, waiting, traits)).values()].filter(isWaiting).map(({ id }) => id)
    : waiting
  if (started.length === 0) return []
  await trx
    .updateTable('jobs')
    .set((eb) => ({ status: JOB_MOVES.start.to, version: eb('version', '+', 1), updated_at: traits.clock() }))
    .where('id', 'in', started)
    .execute()
  return started
}

const isWaiting = ({ status }: Pick<JobRow, 'status'>): boolean => JOB_MOVES.start.from.some((from) => from === status)
