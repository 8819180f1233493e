// The list of jobs, in pages.
import type { Job, JobCursor, ListJobsQuery } from '@ytscriptify/core'
import { toJob } from './job-row.ts'
import type { JobRow } from './rows.ts'

/** Puts a job where it belongs by (created at, id): nearly always at the end, or close to it. */
export function placeByAge(jobsByAge: JobRow[], job: JobRow): void {
  jobsByAge.splice(countBefore(jobsByAge, { createdAt: job.createdAt, id: job.input.id }), 0, job)
}

export function listJobs(
  jobsByAge: readonly JobRow[],
  { owner, status, limit, after }: ListJobsQuery,
): { jobs: readonly Job[]; next?: JobCursor } {
  const jobs: Job[] = []
  let index = after ? countBefore(jobsByAge, { createdAt: after.createdAt.getTime(), id: after.id }) : jobsByAge.length
  while (index > 0) {
    index -= 1
    const row = jobsByAge[index]
    if (!row || (owner !== undefined && row.input.owner !== owner) || (status && row.status !== status)) continue
    const last = jobs.at(-1)
    if (last && jobs.length >= limit) return { jobs, next: { createdAt: last.createdAt, id: last.id } }
    jobs.push(toJob(row))
  }
  return { jobs }
}

/** How many jobs are older than this place: a binary search. */
function countBefore(jobsByAge: readonly JobRow[], place: { createdAt: number; id: string }): number {
  let low = 0
  let high = jobsByAge.length
  while (low < high) {
    const middle = (low + high) >> 1
    const row = jobsByAge[middle]
    if (row && isOlder(row, place)) low = middle + 1
    else high = middle
  }
  return low
}

const isOlder = (row: JobRow, { createdAt, id }: { createdAt: number; id: string }): boolean =>
  row.createdAt < createdAt || (row.createdAt === createdAt && row.input.id < id)
