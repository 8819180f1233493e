// Jobs in the order of a moment of theirs, and of their ids where that is the same.
import type { JobRow } from './rows.ts'

export interface JobOrder {
  /** The earliest first. */
  readonly rows: readonly JobRow[]
  /** Puts a job where it belongs: nearly always at the end, or close to it. */
  add(job: JobRow): void
  /** Takes these out, in one pass however many they are. */
  remove(jobs: ReadonlySet<JobRow>): void
  /** How many stand before this place: a binary search. */
  countBefore(place: JobPlace): number
}

export interface JobPlace {
  readonly moment: number
  readonly id: string
}

/** @param momentOf - What does not change any more while the job is in here. */
export function createJobOrder(momentOf: (job: JobRow) => number): JobOrder {
  const rows: JobRow[] = []

  const isBefore = (job: JobRow, { moment, id }: JobPlace): boolean =>
    momentOf(job) < moment || (momentOf(job) === moment && job.input.id < id)

  const countBefore = (place: JobPlace): number => {
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      const row = rows[middle]
      if (row && isBefore(row, place)) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    rows,
    countBefore,
    add(job) {
      rows.splice(countBefore({ moment: momentOf(job), id: job.input.id }), 0, job)
    },
    remove(jobs) {
      let kept = 0
      for (const row of rows) if (!jobs.has(row)) rows[kept++] = row
      rows.length = kept
    },
  }
}
