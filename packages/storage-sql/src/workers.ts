// Which workers are alive, and what was taken from those that seemed dead.
import { sql } from 'kysely'
import { STORAGE_RULES, type Worker } from '@ytscriptify/core'
import { distinct, lockFreeJobs, lockFreeTranscripts, lockingFree } from './locks.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

const { leasesUntilLost, forgottenAfterMs } = STORAGE_RULES

export async function markSeen(
  trx: Database,
  worker: Worker,
  now: number,
  { instant }: SqlDialectTraits,
): Promise<void> {
  const { id, name, host = null, leaseMs } = worker
  const seen_at = instant.encode(now)
  const seen = { name, host, lease_ms: leaseMs, seen_at, lost_at: instant.encode(now + leasesUntilLost * leaseMs) }
  await trx
    .insertInto('workers')
    .values({ id, started_at: seen_at, ...seen })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(seen))
    .execute()
}

/** Whether the worker was seen so lately that it need not be noted again just for that. */
export async function wasJustSeen(
  db: Database,
  { id, leaseMs }: Worker,
  now: number,
  { instant }: SqlDialectTraits,
): Promise<boolean> {
  const row = await db.selectFrom('workers').select(['seen_at', 'lease_ms']).where('id', '=', id).executeTakeFirst()
  return row?.lease_ms === leaseMs && instant.decode(row.seen_at) > now - leaseMs / 4
}

/** Of these workers, those that are not lost. */
export async function aliveOf(
  db: Database,
  ids: readonly (string | null)[],
  now: number,
  { instant }: SqlDialectTraits,
): Promise<ReadonlySet<string>> {
  const named = distinct(ids).filter((id) => id !== null)
  if (named.length === 0) return new Set()
  const rows = await db
    .selectFrom('workers')
    .select('id')
    .where('id', 'in', named)
    .where('lost_at', '>', instant.encode(now))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export async function removeWorker(db: Database, id: string): Promise<void> {
  await db.deleteFrom('workers').where('id', '=', id).execute()
}

/** Whether there are workers to forget. */
export async function hasOld(db: Database, now: number, { instant }: SqlDialectTraits): Promise<boolean> {
  const before = instant.encode(now - forgottenAfterMs)
  const rows = await db.selectFrom('workers').select('id').where('seen_at', '<=', before).limit(sql.lit(1)).execute()
  return rows.length > 0
}

/** Waits for nobody: a worker whose row is locked is just coming back, or is being forgotten by somebody else. */
export async function forgetOld(trx: Database, now: number, traits: SqlDialectTraits): Promise<void> {
  const before = traits.instant.encode(now - forgottenAfterMs)
  const query = trx.selectFrom('workers').select('id').where('seen_at', '<=', before)
  const old = await lockingFree(query, 'workers', traits).execute()
  if (old.length === 0) return
  await trx
    .deleteFrom('workers')
    .where(
      'id',
      'in',
      old.map(({ id }) => id),
    )
    .execute()
}

/** The transcripts that were taken from a worker, and counted against it. */
export function lostBy(db: Database, workerId: string) {
  return db
    .selectFrom('transcripts')
    .select(['id', 'job_id'])
    .where('lost_by', '=', workerId)
    .where('status', 'in', ['pending', 'processing'])
    .execute()
}

/**
 * A worker has come back: it had only paused, and nothing had crashed. It waits for nobody, as the renewal that brings it
 * back must be in time; what is left is given back at the next one.
 */
export async function giveCrashesBack(
  trx: Database,
  { workerId, now }: { readonly workerId: string; readonly now: number },
  traits: SqlDialectTraits,
): Promise<void> {
  const found = await lostBy(trx, workerId)
  if (found.length === 0) return
  const jobs = await lockFreeJobs(
    trx,
    found.map(({ job_id }) => job_id),
    traits,
  )
  const free = found.filter(({ job_id }) => jobs.has(job_id)).map(({ id }) => Number(id))
  const locked = await lockFreeTranscripts(trx, free, traits)
  // As they are now that they are locked.
  const given = locked.filter((row) => row.lost_by === workerId && ['pending', 'processing'].includes(row.status))
  if (given.length === 0) return
  await trx
    .updateTable('transcripts')
    .set((eb) => ({ crashes: eb('crashes', '-', 1), lost_by: null }))
    .where(
      'id',
      'in',
      given.map(({ id }) => id),
    )
    .execute()
  await trx
    .updateTable('jobs')
    .set((eb) => ({ version: eb('version', '+', 1), updated_at: traits.instant.encode(now) }))
    .where('id', 'in', distinct(given.map(({ job_id }) => job_id)))
    .execute()
}
