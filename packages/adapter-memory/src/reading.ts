// How jobs and transcripts are read.
import type {
  Job,
  JobQuery,
  ListTranscriptsQuery,
  ReusableTranscript,
  ReuseLookup,
  Transcript,
} from '@ytscriptify/core'
import { toJob } from './job-row.ts'
import { findJob, type Memory } from './memory.ts'
import { toTranscript } from './transcript-row.ts'

export function getJob(memory: Memory, query: JobQuery): Job | undefined {
  const job = findJob(memory, query)
  return job && toJob(job)
}

export function listTranscripts(memory: Memory, query: ListTranscriptsQuery): Transcript[] {
  const { jobId, afterPosition = -1, limit, statuses, videoId, withData = false } = query
  const rows = memory.jobs.get(jobId)?.transcripts ?? []
  return rows
    .filter(({ position }) => position > afterPosition)
    .filter(({ state }) => statuses?.includes(state.status) ?? true)
    .filter(({ input }) => videoId === undefined || input.videoId === videoId)
    .slice(0, limit)
    .map((row) => toTranscript(row, { withData }))
}

export function findReusable(memory: Memory, lookup: ReuseLookup): ReusableTranscript | undefined {
  const state = memory.reusable.find(lookup, memory.now())?.state
  return state?.status === 'completed' ? { ...state.result, data: state.data } : undefined
}
