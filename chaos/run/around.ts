// What the journal has around a violation: the story of the job that it names, and what was done to the processes then.
import { entriesOf, type Entry } from './entries.ts'

const LINES = 40
/** How much before and after the story disturbances belong to it, in milliseconds. */
const MARGIN_MS = 500

export function linesAround(violation: string, entries: readonly Entry[]): readonly string[] {
  const job = jobNamedIn(violation, entries)
  if (job === undefined) return []
  const story = entries.filter((entry) => jobOf(entry) === job)
  const from = Math.min(...story.map(({ at }) => at)) - MARGIN_MS
  const to = Math.max(...story.filter(({ what }) => what !== 'row').map(({ at }) => at)) + MARGIN_MS
  return entries
    .filter((entry) => jobOf(entry) === job || (entry.what === 'disturbed' && entry.at >= from && entry.at <= to))
    .toSorted((a, b) => a.at - b.at)
    .slice(-LINES)
    .map((entry) => JSON.stringify(entry).slice(0, 400))
}

function jobNamedIn(violation: string, entries: readonly Entry[]): string | undefined {
  const job = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(violation)?.[0]
  if (job !== undefined) return job
  const other = /(?:transcript|attempt|delivery) (\d+|msg_\S+?)\b/i.exec(violation)?.[1]
  return entriesOf(entries, 'saw').find(({ id }) => String(id) === other)?.job_id
}

function jobOf(entry: Entry): string | undefined {
  switch (entry.what) {
    case 'promised':
      return entry.job
    case 'saw':
      return entry.job_id
    case 'said':
      return typeof entry['job'] === 'string' ? entry['job'] : undefined
    case 'row':
      return String(entry.table === 'jobs' ? entry.row['id'] : entry.row['job_id'])
    case 'received':
      return (JSON.parse(entry.body) as { readonly data: { readonly job_id: string } }).data.job_id
    case 'disturbed':
    case 'deadlocks':
    case 'problem':
      return undefined
  }
}
