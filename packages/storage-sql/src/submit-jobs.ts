// Stores new jobs, several in one transaction.
import type { Job, NewJob } from '@ytscriptify/core'
import { readClock } from './read-clock.ts'
import type { JobRow } from './columns.ts'
import { newJobRows, toJob } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { inStatements } from './values-list.ts'

export interface SubmittedJob {
  readonly job: Job
  readonly created: boolean
}

/** One entry for each job, in their order. */
export async function submitJobs(
  trx: Database,
  jobs: readonly NewJob[],
  traits: SqlDialectTraits,
): Promise<readonly SubmittedJob[]> {
  const now = await readClock(trx, traits)
  const rows = jobs.map((job) => newJobRows(job, { now, instant: traits.instant }))
  // In one order for all, since each key waits for the transaction that inserts it first.
  const inOrder = rows.map(({ job }) => job).sort(byIdempotencyKey)

  // Waits for a transaction that inserts the same key, and gives way to it.
  const inserted = await trx
    .insertInto('jobs')
    .values(inOrder)
    .onConflict((conflict) =>
      conflict.columns(['owner', 'idempotency_key']).where('idempotency_key', 'is not', null).doNothing(),
    )
    .returning('id')
    .execute()
  const created = new Set(inserted.map(({ id }) => id))
  const before = await findByIdempotencyKey(
    trx,
    jobs.filter(({ id }) => !created.has(id)),
  )

  const transcripts = rows.filter(({ job }) => created.has(job.id)).flatMap((row) => row.transcripts)
  const columns = Object.keys(transcripts[0] ?? {}).length
  for (const some of inStatements(transcripts, { columns }, traits)) {
    await trx.insertInto('transcripts').values(some).execute()
  }
  await addGates(trx, transcripts)

  return rows.map(({ job }) => {
    if (created.has(job.id)) return { job: toJob({ ...job, ...BEGINNING }, traits), created: true }
    const earlier = before.find((one) => one.owner === job.owner && one.idempotency_key === job.idempotency_key)
    if (!earlier) throw new Error(`Job ${job.id} was neither inserted nor found by its idempotency key.`)
    return { job: toJob(earlier, traits), created: false }
  })
}

/** What the columns of a new job are that are not given. */
const BEGINNING = {
  completed: 0,
  failed: 0,
  cancelled: 0,
  used_ms: 0,
  data_bytes: 0,
  ended_at: null,
  error_code: null,
  error_message: null,
} as const satisfies Partial<JobRow>

type Keyed = Pick<JobRow, 'owner' | 'idempotency_key' | 'id'>

function byIdempotencyKey(a: Keyed, b: Keyed): number {
  return compare(a.owner, b.owner) || compare(a.idempotency_key ?? '', b.idempotency_key ?? '') || compare(a.id, b.id)
}

/** By code units: any order does that is the same in every process. */
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

async function findByIdempotencyKey(trx: Database, jobs: readonly NewJob[]): Promise<readonly JobRow[]> {
  if (jobs.length === 0) return []
  return trx
    .selectFrom('jobs')
    .selectAll()
    .where('idempotency_key', 'is not', null)
    .where((eb) =>
      eb.or(jobs.map(({ owner, idempotency }) => eb.and({ owner, idempotency_key: idempotency?.key ?? '' }))),
    )
    .execute()
}

/** Every gate that was ever used has a row, so that claims find the lanes of a source without searching its transcripts. */
export async function addGates(
  trx: Database,
  transcripts: readonly { readonly source: string; readonly gate_key: string }[],
): Promise<void> {
  const gates = new Map(
    transcripts.map(({ source, gate_key: key }) => [JSON.stringify([source, key]), { source, key }]),
  )
  if (gates.size === 0) return
  // In one order for all, since an insertion waits for another one of the same row.
  const inOrder = [...gates].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gate]) => gate)
  await trx
    .insertInto('gates')
    .values(inOrder)
    .onConflict((conflict) => conflict.columns(['source', 'key']).doNothing())
    .execute()
}
