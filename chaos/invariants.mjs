// What must be true of every run, whatever was killed. Judged from the witness, the logs and the rows, not by the engine.
import { JOB_MOVES, TRANSCRIPT_MOVES } from '@ytscriptify/core'

/** Map.groupBy is not in Node.js 20. */
function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

const isEnd = (status) => status === 'completed' || status === 'failed' || status === 'cancelled'

/** @returns every violation as a sentence; an empty list is a good run. */
export function violationsOf({ submitted, jobs, transcripts, deliveries, witness, logs }) {
  return [
    ...jobsThatWereLost({ submitted, jobs, transcripts }),
    ...jobsThatEndedWrongly({ jobs, transcripts, deliveries, witness }),
    ...forbiddenMoves({ witness, transcripts }),
    ...staleWrites({ witness, logs }),
    ...changesAfterCancel(witness),
  ]
}

function jobsThatWereLost({ submitted, jobs, transcripts }) {
  const byId = new Map(jobs.map((job) => [job.id, job]))
  const rows = groupBy(transcripts, ({ job_id: jobId }) => jobId)
  return submitted.flatMap(({ id, urls }) => {
    if (!byId.has(id)) return [`Job ${id} was accepted and is not there.`]
    const answered = (rows.get(id) ?? []).filter(({ status }) => isEnd(status))
    return answered.length === urls ? [] : [`Job ${id}: ${urls} URLs, ${answered.length} outcomes.`]
  })
}

function jobsThatEndedWrongly({ jobs, transcripts, deliveries, witness }) {
  const rows = groupBy(transcripts, ({ job_id: jobId }) => jobId)
  const ends = groupBy(
    witness.filter(({ entity, new_status: status }) => entity === 'job' && isEnd(status)),
    ({ id }) => id,
  )
  const delivered = groupBy(deliveries, ({ job_id: jobId }) => jobId)

  return jobs.flatMap((job) => {
    const found = []
    const own = rows.get(job.id) ?? []
    const succeeded = own.filter(({ status }) => status === 'completed').length
    const failed = own.filter(({ status }) => status === 'failed').length
    if (!isEnd(job.status)) found.push(`Job ${job.id} has not ended: ${job.status}.`)
    if (job.status === 'completed' && succeeded === 0) found.push(`Job ${job.id} is completed without a success.`)
    if (job.status === 'failed' && succeeded > 0) found.push(`Job ${job.id} is failed with ${succeeded} successes.`)
    if (job.completed !== succeeded || job.failed !== failed) {
      found.push(`Job ${job.id} counts ${job.completed}+${job.failed}, its rows ${succeeded}+${failed}.`)
    }
    if ((ends.get(job.id) ?? []).length !== 1)
      found.push(`Job ${job.id} ended ${(ends.get(job.id) ?? []).length} times.`)
    const wanted = job.callback_url === null ? 0 : 1
    if ((delivered.get(job.id) ?? []).length !== wanted)
      found.push(`Job ${job.id} has ${(delivered.get(job.id) ?? []).length} deliveries, not ${wanted}.`)
    return found
  })
}

function forbiddenMoves({ witness, transcripts }) {
  const duplicates = new Set(transcripts.filter((row) => row.duplicate_of !== null).map(({ id }) => String(id)))
  const tables = { job: allowed(JOB_MOVES), transcript: allowed(TRANSCRIPT_MOVES) }
  return witness.flatMap((entry) => {
    const { entity, id, old_status: from, new_status: to, old_attempt: before, new_attempt: after } = entry
    if (from === null) return []
    const found = []
    // A duplicate follows its original without being claimed.
    const follows = entity === 'transcript' && duplicates.has(id) && from === 'pending' && isEnd(to)
    if (from !== to && !tables[entity].has(`${from} → ${to}`) && !follows)
      found.push(`The ${entity} ${id} went from ${from} to ${to}.`)
    if (from === to && isEnd(to)) found.push(`The ${entity} ${id} was ${to} already, and was written again.`)
    if (entity === 'transcript' && after < before)
      found.push(`Attempt of transcript ${id} fell from ${before} to ${after}.`)
    return found
  })
}

const allowed = (moves) =>
  new Set(Object.values(moves).flatMap(({ from, to }) => from.map((status) => `${status} → ${to}`)))

/** Each result that a process was told is recorded must have ended exactly the attempt that the process held. */
function staleWrites({ witness, logs }) {
  const ends = new Map()
  for (const { entity, id, old_status: from, new_status: to, old_attempt: attempt } of witness) {
    if (entity === 'transcript' && from === 'processing' && to !== 'processing') ends.set(`${id}/${attempt}`, to)
  }
  const seen = new Set()
  return logs.flatMap(({ event, transcriptId, attempt, outcome }) => {
    if (event !== 'accepted') return []
    const key = `${transcriptId}/${attempt}`
    if (seen.has(key)) return [`A second result of attempt ${key} was accepted.`]
    seen.add(key)
    const end = ends.get(key)
    return ENDS_OF_OUTCOME[outcome].includes(end)
      ? []
      : [`"${outcome}" was accepted of attempt ${key}, which had ended as ${end}.`]
  })
}

const ENDS_OF_OUTCOME = {
  completed: ['completed'],
  failed: ['failed'],
  retry: ['pending'],
  refused: ['pending', 'failed'],
  released: ['pending'],
}

function changesAfterCancel(witness) {
  const cancelled = new Set()
  return witness.flatMap(({ entity, id, job_id: jobId, old_status: from, new_status: to }) => {
    if (entity === 'job') {
      if (to === 'cancelled') cancelled.add(jobId)
      return []
    }
    const settled = from === 'processing' && (to === 'completed' || to === 'failed')
    return settled && cancelled.has(jobId) ? [`Transcript ${id} was settled after its job ${jobId} was cancelled.`] : []
  })
}
