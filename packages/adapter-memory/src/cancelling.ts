// How a caller ends a job.
import { JOB_MOVES, isJobEnded, type Job, type JobQuery } from '@ytscriptify/core'
import { cancelTranscript, endJob } from './ending.ts'
import { toJob } from './job-row.ts'
import { findJob, type Memory } from './memory.ts'
import { isOpenOriginal } from './transcript-row.ts'
import type { JobRow } from './rows.ts'

export function cancelJob(memory: Memory, query: JobQuery): { job: Job; changed: boolean } | undefined {
  const job = findJob(memory, query)
  if (!job) return undefined
  if (isJobEnded(job.status)) return { job: toJob(job), changed: false }
  return { job: cancelOpenJob(memory, job), changed: true }
}

function cancelOpenJob(memory: Memory, job: JobRow): Job {
  const now = memory.now()
  for (const row of job.transcripts.filter(isOpenOriginal)) cancelTranscript(memory, row, now)
  return endJob(memory, job, { move: JOB_MOVES.cancel, now })
}
