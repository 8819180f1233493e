// Who works on what: the transcripts that are processing, and the workers that were seen.
import { sql } from 'kysely'
import { STORAGE_RULES, type ActiveTranscript, type WorkerRecord } from '@ytscriptify/core'
import { readClock } from './read-clock.ts'
import { dateOf } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** Reads all that is processing, which is what all workers together have slots for, and no other row. */
export async function listActive(
  db: Database,
  { limit }: { readonly limit: number },
  { instant }: SqlDialectTraits,
): Promise<readonly ActiveTranscript[]> {
  const rows = await db
    .selectFrom((inner) =>
      inner
        .selectFrom('transcripts')
        .select(ACTIVE_COLUMNS)
        .where('status', '=', sql.lit('processing'))
        .orderBy('claimed_at')
        .orderBy('id')
        .limit(sql.lit(limit))
        .as('active'),
    )
    .innerJoin('jobs', 'jobs.id', 'active.job_id')
    .leftJoin('workers', 'workers.id', 'active.claimed_by')
    .selectAll('active')
    .select(['jobs.owner', 'workers.name as worker_name'])
    .orderBy('active.claimed_at')
    .orderBy('active.id')
    .execute()
  const date = dateOf(instant)
  return rows.flatMap((row) => {
    const { claimed_by, claimed_at, lease_until, worker_name } = row
    if (claimed_by === null || claimed_at === null || lease_until === null) return []
    return [
      {
        transcriptId: Number(row.id),
        attempt: row.attempt,
        jobId: row.job_id,
        owner: row.owner,
        position: row.position,
        videoId: row.video_id,
        url: row.url,
        source: row.source,
        worker: { id: claimed_by, ...(worker_name !== null && { name: worker_name }) },
        since: date(claimed_at),
        leaseUntil: date(lease_until),
        failures: row.failures,
        crashes: row.crashes,
      },
    ]
  })
}

const ACTIVE_COLUMNS = [
  'id',
  'attempt',
  'job_id',
  'position',
  'video_id',
  'url',
  'source',
  'claimed_by',
  'claimed_at',
  'lease_until',
  'failures',
  'crashes',
] as const

export async function listWorkers(db: Database, traits: SqlDialectTraits): Promise<readonly WorkerRecord[]> {
  const { instant } = traits
  const now = await readClock(db, traits)
  const workers = await db
    .selectFrom('workers')
    .selectAll()
    .where('seen_at', '>', instant.encode(now - STORAGE_RULES.forgottenAfterMs))
    .execute()
  const held = await db
    .selectFrom('transcripts')
    .select(({ fn }) => ['claimed_by', fn.countAll().as('active')])
    .where('status', '=', sql.lit('processing'))
    .groupBy('claimed_by')
    .execute()
  const activeOf = new Map(held.map(({ claimed_by, active }) => [claimed_by, Number(active)]))
  const date = dateOf(instant)
  return workers
    .map(({ id, name, host, started_at, seen_at, lease_ms, lost_at }) => ({
      id,
      name,
      ...(host !== null && { host }),
      startedAt: date(started_at),
      seenAt: date(seen_at),
      leaseMs: lease_ms,
      isLost: instant.decode(lost_at) <= now,
      active: activeOf.get(id) ?? 0,
    }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id))
}

/** By code units, as every storage does. */
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
