// The judgement over a run, from its journal alone.
import { callbackViolationsOf, violationsOf } from '../invariants.mjs'
import { entriesOf, type Entry, type Row } from './entries.ts'

/** @returns every violation as a sentence; an empty list is a good run. */
export function judge(entries: readonly Entry[]): readonly string[] {
  const rowsOf = (table: Row['table']): Row['row'][] =>
    entriesOf(entries, 'row')
      .filter((entry) => entry.table === table)
      .map(({ row }) => row)
  const jobs = rowsOf('jobs')
  const transcripts = rowsOf('transcripts')
  const deliveries = rowsOf('deliveries')
  const submitted = entriesOf(entries, 'promised').map(({ job: id, urls }) => ({ id, urls }))
  const deadlocks = entriesOf(entries, 'deadlocks').reduce((sum, { count }) => sum + count, 0)

  return [
    ...(deadlocks > 0 ? [`The database had to end ${deadlocks} deadlocks.`] : []),
    ...violationsOf({
      submitted,
      jobs,
      transcripts,
      deliveries,
      witness: entriesOf(entries, 'saw'),
      logs: acceptedResults(entries, transcripts),
    }),
    ...callbackViolationsOf({ jobs, deliveries, received: entriesOf(entries, 'received') }),
    ...entriesOf(entries, 'problem').map(({ text }) => text),
  ]
}

/** Which results the processes were told are recorded. */
function acceptedResults(entries: readonly Entry[], transcripts: readonly Row['row'][]) {
  const ids = new Map(transcripts.map((row) => [`${String(row['job_id'])}/${String(row['position'])}`, row['id']]))
  return entriesOf(entries, 'said').flatMap(({ event, job, position, attempt, outcome }) => {
    if (event !== 'attempt.ended' || outcome === 'stale' || outcome === 'lost') return []
    const transcriptId = ids.get(`${String(job)}/${String(position)}`)
    return [{ event: 'accepted', transcriptId, attempt: Number(attempt), outcome: String(outcome) }]
  })
}
