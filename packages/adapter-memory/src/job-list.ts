// The list of jobs, in pages.
import type { Job, JobCursor, ListJobsQuery } from '@ytscriptify/core'
import { toJob } from './job-row.ts'
import type { JobOrder } from './job-order.ts'

export function listJobs(
  { rows, countBefore }: JobOrder,
  { owner, status, limit, after }: ListJobsQuery,
): { jobs: readonly Job[]; next?: JobCursor } {
  const jobs: Job[] = []
  let index = after ? countBefore({ moment: after.createdAt.getTime(), id: after.id }) : rows.length
  while (index > 0) {
    index -= 1
    const row = rows[index]
    if (!row || (owner !== undefined && row.input.owner !== owner) || (status && row.status !== status)) continue
    const last = jobs.at(-1)
    if (last && jobs.length >= limit) return { jobs, next: { createdAt: last.createdAt, id: last.id } }
    jobs.push(toJob(row))
  }
  return { jobs }
}
