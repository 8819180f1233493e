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

/**
 * What must be true of the rows and of the witness.
 *
 * @returns {string[]} every violation as a sentence; an empty list is a good run.
 */
export function violationsOf({ submitted, jobs, transcripts, deliveries, witness, logs }) {
  return [
    ...jobsThatWereLost({ submitted, jobs, transcripts }),
    ...jobsThatEndedWrongly({ jobs, transcripts, deliveries, witness }),
    ...forbiddenMoves({ witness, transcripts }),
    ...staleWrites({ witness, logs }),
    ...foreignWrites(witness),
    ...changesAfterCancel(witness),
  ]
}

/**
 * What receivers must have seen: the callback of each job that has one, every copy of it the same.
 *
 * Of its parts, `received` has what came to the receivers: `{ webhookId, body, isSigned }` each.
 *
 * @returns {string[]} every violation as a sentence.
 */
export function callbackViolationsOf({ jobs, deliveries, received }) {
  const arrived = groupBy(received, ({ body }) => JSON.parse(body).data.job_id)
  const sent = new Map(deliveries.map(({ id, job_id: jobId }) => [jobId, id]))
  const known = new Set(jobs.filter(({ callback_url: url }) => url !== null).map(({ id }) => id))
  return [
    ...jobs.flatMap((job) => {
      if (!known.has(job.id)) return []
      const copies = arrived.get(job.id) ?? []
      if (copies.length === 0) return [`The callback of job ${job.id} did not arrive.`]
      const found = []
      if (copies.some(({ webhookId }) => webhookId !== sent.get(job.id)))
        found.push(`The callback of job ${job.id} came under another id than its delivery.`)
      if (new Set(copies.map(({ body }) => body)).size > 1)
        found.push(`The ${copies.length} copies of the callback of job ${job.id} differ.`)
      if (copies.some(({ isSigned }) => !isSigned)) found.push(`A callback of job ${job.id} is not signed well.`)
      if (copies.some(({ body }) => JSON.parse(body).data.status !== job.status))
        found.push(`A callback of job ${job.id} says something else than ${job.status}.`)
      return found
    }),
    ...[...arrived.keys()].filter((id) => !known.has(id)).map((id) => `A callback of job ${id} came, which has none.`),
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
  const tables = { job: allowed(JOB_MOVES), transcript: allowed(TRANSCRIPT_MOVES), delivery: DELIVERY_MOVES }
  return witness.flatMap((entry) => {
    const { entity, id, old_status: from, new_status: to, old_attempt: before, new_attempt: after } = entry
    if (from === null) return []
    const found = []
    // A duplicate follows its original without being claimed.
    const follows = entity === 'transcript' && duplicates.has(id) && from === 'pending' && isEnd(to)
    if (from !== to && !tables[entity].has(`${from} → ${to}`) && !follows)
      found.push(`The ${entity} ${id} went from ${from} to ${to}.`)
    if (from === to && (isEnd(to) || to === 'delivered'))
      found.push(`The ${entity} ${id} was ${to} already, and was written again.`)
    if (entity !== 'job' && after < before) found.push(`Attempt of ${entity} ${id} fell from ${before} to ${after}.`)
    return found
  })
}

/** Without replays, which no run asks for. */
const DELIVERY_MOVES = new Set([
  'pending → processing',
  'processing → pending',
  'processing → delivered',
  'processing → failed',
])

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

/** Where the witness knows who wrote: what ended an attempt must have been written by whoever had claimed that attempt. */
function foreignWrites(witness) {
  const holders = new Map()
  return witness.flatMap((entry) => {
    const { entity, id, writer, old_status: from, new_status: to, old_attempt: before, new_attempt: after } = entry
    if (writer === undefined || entity === 'job') return []
    if (to === 'processing' && after > before) holders.set(`${entity} ${id}/${after}`, writer)
    const isResult = RESULTS.has(to) && !ENDED_BY_ANYBODY.has(entry.error_code)
    if (from !== 'processing' || !isResult) return []
    const holder = holders.get(`${entity} ${id}/${before}`)
    return holder === writer
      ? []
      : [`"${to}" of ${entity} ${id}, attempt ${before}, was written by ${writer}; ${holder} had claimed it.`]
  })
}

const RESULTS = new Set(['completed', 'failed', 'delivered'])
/** Whoever finds it ends what has no time, or no worker, left. */
const ENDED_BY_ANYBODY = new Set(['deadline_exceeded', 'worker_lost'])

function changesAfterCancel(witness) {
  const cancelled = new Set()
  return witness.flatMap(({ entity, id, job_id: jobId, old_status: from, new_status: to }) => {
    if (entity === 'job') {
      if (to === 'cancelled') cancelled.add(jobId)
      return []
    }
    if (entity !== 'transcript') return []
    const settled = from === 'processing' && (to === 'completed' || to === 'failed')
    return settled && cancelled.has(jobId) ? [`Transcript ${id} was settled after its job ${jobId} was cancelled.`] : []
  })
}
