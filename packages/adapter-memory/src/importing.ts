// How jobs come in that were elsewhere before.
import { importPlanOf, isJobEnded, type ImportPlan, type ImportedJob, type ImportedTranscript } from '@ytscriptify/core'
import { addDelivery } from './deliveries.ts'
import { createJobRow } from './job-row.ts'
import type { Memory } from './memory.ts'
import { enqueue } from './submitting.ts'
import { createTranscriptRow } from './transcript-row.ts'
import type { JobRow, TranscriptRow, TranscriptState } from './rows.ts'

export function importJobs(memory: Memory, jobs: readonly ImportedJob[]): boolean[] {
  // What cannot be stored throws here, before anything is.
  const plans = jobs.map(importPlanOf)
  const now = memory.now()
  return plans.map((plan) => importJob(memory, plan, now))
}

function importJob(memory: Memory, plan: ImportPlan, now: number): boolean {
  if (memory.jobs.has(plan.id)) return false
  const { id, status, callbackUrl, endsNow } = plan
  const job = jobRowOf(plan, now)
  memory.jobs.set(id, job)
  memory.jobsByAge.add(job)
  if (isJobEnded(status)) memory.jobsByEnd.add(job)
  else memory.openJobsByDeadline.add(job)
  for (const [position, transcript] of plan.transcripts.entries()) {
    place(memory, transcriptRowOf(transcript, { id: memory.nextTranscriptId(), job, position, now }))
  }
  if (endsNow && callbackUrl !== undefined)
    addDelivery(memory, { jobId: id, url: callbackUrl, type: `job.${status}` }, now)
  return true
}

function jobRowOf(plan: ImportPlan, now: number): JobRow {
  const { status, error, createdAt, updatedAt, counts, dataBytes, endsNow, ...input } = plan
  return {
    ...createJobRow(input, now),
    status,
    counts: { ...counts },
    dataBytes,
    createdAt: createdAt.getTime(),
    updatedAt: endsNow ? now : updatedAt.getTime(),
    ...(error && { error }),
  }
}

function transcriptRowOf(
  { state, createdAt, updatedAt, ...input }: ImportedTranscript,
  { now, ...place }: { readonly id: number; readonly job: JobRow; readonly position: number; readonly now: number },
): TranscriptRow {
  return {
    ...createTranscriptRow({ ...place, input, now }),
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
    state: stateOf(state),
    ...(state.type === 'failed' && { error: state.error }),
  }
}

function stateOf(state: ImportedTranscript['state']): TranscriptState {
  if (state.type !== 'completed') return { status: state.type }
  const { data, ...rest } = state.content
  return { status: 'completed', result: { ...structuredClone(rest), fetchedAt: new Date(state.fetchedAt) }, data }
}

function place(memory: Memory, row: TranscriptRow): void {
  if (row.state.status === 'pending') return enqueue(memory, row)
  memory.transcripts.set(row.id, row)
  row.job.transcripts.push(row)
  if (row.state.status === 'completed' && row.input.duplicateOf === undefined) memory.reusable.add(row)
}
