// How jobs come in.
import { receiverOf, type Job, type NewJob } from '@ytscriptify/core'
import { createJobRow, toJob } from './job-row.ts'
import { idempotencyKeyOf, laneOfRow, type Memory } from './memory.ts'
import { createTranscriptRow } from './transcript-row.ts'
import type { JobRow, TranscriptRow } from './rows.ts'

export function insertJob(memory: Memory, input: NewJob): { job: Job; created: boolean } {
  // The end of the job takes its receiver from it: what is no URL must not get that far.
  if (input.callbackUrl !== undefined) receiverOf(input.callbackUrl)
  const key = input.idempotency && idempotencyKeyOf(input.owner, input.idempotency.key)
  const before = key === undefined ? undefined : memory.jobsByIdempotencyKey.get(key)
  if (before) return { job: toJob(before), created: false }
  if (memory.jobs.has(input.id)) throw new Error(`There is a job ${input.id} already.`)

  const now = memory.now()
  const job = createJobRow(input, now)
  memory.jobs.set(input.id, job)
  if (key !== undefined) memory.jobsByIdempotencyKey.set(key, job)
  memory.jobsByAge.add(job)
  memory.openJobsByDeadline.add(job)
  for (const [position, transcript] of input.transcripts.entries()) {
    enqueue(memory, createTranscriptRow({ id: memory.nextTranscriptId(), job, position, input: transcript, now }))
  }
  return { job: toJob(job), created: true }
}

/** Puts a pending transcript where it is found for work. */
export function enqueue(memory: Memory, row: TranscriptRow): void {
  memory.transcripts.set(row.id, row)
  row.job.transcripts.push(row)
  const lane = laneOfRow(memory, row)
  const { duplicateOf } = row.input
  if (duplicateOf === undefined) lane.add(row, row.runAt)
  else originalOf(row.job, duplicateOf).duplicates.push(row)
}

function originalOf({ input, transcripts }: JobRow, position: number): TranscriptRow {
  const original = transcripts[position]
  if (!original) throw new Error(`Job ${input.id} has no position ${position} before its duplicate.`)
  return original
}
