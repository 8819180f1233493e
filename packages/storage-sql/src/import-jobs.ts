// Stores jobs as they stood elsewhere: any number in one transaction, with as few statements as they fit in.
import { sql } from 'kysely'
import { importPlanOf, type ImportPlan, type ImportedJob } from '@ytscriptify/core'
import { addDeliveries } from './change-transcripts.ts'
import { readClock } from './read-clock.ts'
import { importedJobRows } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits, ValueType } from './sql-dialect-traits.ts'
import { addGates } from './submit-jobs.ts'
import { inStatements, insertion } from './values-list.ts'

/** For each job, in their order, whether it was stored. */
export async function importJobs(
  db: Database,
  jobs: readonly ImportedJob[],
  traits: SqlDialectTraits,
): Promise<readonly boolean[]> {
  const plans = jobs.map(importPlanOf)
  const first = new Map(plans.toReversed().map((plan) => [plan.id, plan]))
  if (first.size === 0) return []
  const isFirst = (plan: ImportPlan): boolean => first.get(plan.id) === plan
  const stored = await traits.write(db, (trx) => storeJobs(trx, plans.filter(isFirst), traits))
  return plans.map((plan) => stored.has(plan.id) && isFirst(plan))
}

async function storeJobs(
  trx: Database,
  plans: readonly ImportPlan[],
  traits: SqlDialectTraits,
): Promise<ReadonlySet<string>> {
  const now = await readClock(trx, traits)
  const all = plans.map((plan) => ({ plan, rows: importedJobRows(plan, { now, instant: traits.instant }) }))
  // In one order for all, since each id waits for the transaction that inserts it first.
  const inOrder = all.map(({ rows }) => rows.job).sort((a, b) => (a.id < b.id ? -1 : 1))
  const stored = new Set<string>()
  for (const some of inStatements(inOrder, { columns: Object.keys(JOB_COLUMNS).length }, traits)) {
    const inserting = sql<{ id: string }>`
      ${insertion('jobs', some, JOB_COLUMNS, traits)} on conflict (id) do nothing returning id
    `
    for (const { id } of (await inserting.execute(trx)).rows) stored.add(id)
  }

  const added = all.filter(({ plan }) => stored.has(plan.id))
  const transcripts = added.flatMap(({ rows }) => rows.transcripts)
  for (const some of inStatements(transcripts, { columns: Object.keys(TRANSCRIPT_COLUMNS).length }, traits)) {
    await insertion('transcripts', some, TRANSCRIPT_COLUMNS, traits).execute(trx)
  }
  await addGates(
    trx,
    transcripts.filter(({ status }) => status === 'pending').map(({ source, gate_key }) => ({ source, gate_key })),
  )
  await addDeliveries(
    trx,
    added.filter(({ plan }) => plan.endsNow).map(({ rows }) => rows.job),
  )
  return stored
}

type Columns<Row> = Readonly<Record<keyof Row, ValueType>>

type Rows = ReturnType<typeof importedJobRows>

const JOB_COLUMNS = {
  id: 'text',
  owner: 'text',
  source: 'text',
  status: 'text',
  version: 'integer',
  total: 'integer',
  completed: 'integer',
  failed: 'integer',
  cancelled: 'integer',
  data_bytes: 'bigint',
  created_at: 'instant',
  updated_at: 'instant',
  ended_at: 'instant',
  deadline_at: 'instant',
  timeout_ms: 'bigint',
  callback_url: 'text',
  error_code: 'text',
  error_message: 'text',
  request: 'text',
  reuse: 'text',
} as const satisfies Columns<Rows['job']>

const TRANSCRIPT_COLUMNS = {
  job_id: 'text',
  position: 'integer',
  url: 'text',
  video_id: 'text',
  status: 'text',
  duplicate_of: 'integer',
  source: 'text',
  gate_key: 'text',
  request_key: 'text',
  run_at: 'instant',
  rank_at: 'instant',
  error_code: 'text',
  error_message: 'text',
  error_details: 'text',
  language: 'text',
  kind: 'text',
  translated_from: 'text',
  fetched_at: 'instant',
  created_at: 'instant',
  updated_at: 'instant',
  data_bytes: 'integer',
  metadata: 'text',
  transcript_data: 'text',
} as const satisfies Columns<Rows['transcripts'][number]>
