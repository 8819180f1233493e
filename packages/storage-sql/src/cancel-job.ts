// Cancels a job: what is left of it can be written by nobody any more.
import { JOB_MOVES, TRANSCRIPT_MOVES, type Job, type JobQuery } from '@ytscriptify/core'
import { changeTranscripts, moved } from './change-transcripts.ts'
import { lockJobs, locking } from './locks.ts'
import { readClock } from './read-clock.ts'
import { STATE_COLUMNS } from './columns.ts'
import { toJob } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export async function cancelJob(
  trx: Database,
  { id, owner }: JobQuery,
  traits: SqlDialectTraits,
): Promise<{ readonly job: Job; readonly changed: boolean } | undefined> {
  const jobs = await lockJobs(trx, [id], traits)
  const job = jobs.get(id)
  if (!job || (owner !== undefined && job.owner !== owner)) return undefined
  if (!JOB_MOVES.cancel.from.some((status) => status === job.status)) return { job: toJob(job, traits), changed: false }

  const query = trx
    .selectFrom('transcripts')
    .select(STATE_COLUMNS)
    .where('job_id', '=', id)
    .where('duplicate_of', 'is', null)
    .where('status', 'in', TRANSCRIPT_MOVES.cancel.from)
  const open = await locking(query, 'transcripts', traits).execute()
  const now = await readClock(trx, traits)

  const updated_at = traits.instant.encode(now)
  const changes = open.map((before) =>
    moved(before, TRANSCRIPT_MOVES.cancel, { attempt: before.attempt + 1, lost_by: null, updated_at }),
  )
  const endedJobs = await changeTranscripts(trx, { now, jobs, changes }, traits)
  const ended = endedJobs.get(id)
  if (!ended) throw new Error(`Job ${id} was open and had nothing left to cancel.`)
  return { job: ended, changed: true }
}
