// How jobs come in: submitted, tried again as a new job, or imported.
import { importPlanOf, type ImportedJob, type ImportedTranscript } from '../../imported-job.ts'
import { isJobEnded } from '../../job.ts'
import type { NewJob, NewTranscript } from '../../new-job.ts'
import { STORAGE_RULES } from '../../storage-rules.ts'
import { addDelivery } from './ending.ts'
import { gateOf, isOriginal, transcriptName, type Model, type ModelJob, type ModelTranscript } from './state.ts'

/** @returns the job that stands for it, and whether it is a new one. */
export function submit(model: Model, { transcripts, ...input }: NewJob): { job: ModelJob; created: boolean } {
  const before = model.jobs.find(
    ({ input: { owner, idempotency } }) =>
      idempotency !== undefined && owner === input.owner && idempotency.key === input.idempotency?.key,
  )
  model.note(before ? 'the same job again' : 'a job')
  if (before) return { job: before, created: false }
  const job: ModelJob = {
    input,
    transcripts: [],
    status: 'pending',
    usedMs: 0,
    deadlineAt: model.now + input.maxAgeMs,
    createdAt: model.now,
    updatedAt: model.now,
  }
  model.jobs.push(job)
  for (const transcript of transcripts) addTranscript(model, job, transcript)
  return { job, created: true }
}

/** @returns for each job whether it is a new one. Its moments are those of the sequence. */
export function importJobs(model: Model, jobs: readonly ImportedJob[]): boolean[] {
  return jobs.map((given) => {
    if (model.jobs.some(({ input }) => input.id === given.id)) return false
    importJob(model, given)
    return true
  })
}

function importJob(model: Model, given: ImportedJob): void {
  const {
    status,
    error,
    createdAt,
    updatedAt,
    endsNow,
    counts: _counts,
    dataBytes: _bytes,
    ...plan
  } = importPlanOf(given)
  const { transcripts, ...input } = plan
  const job: ModelJob = {
    input,
    transcripts: [],
    status,
    usedMs: 0,
    deadlineAt: model.now + input.maxAgeMs,
    ...(error && { error }),
    createdAt: createdAt.getTime(),
    updatedAt: endsNow ? model.now : updatedAt.getTime(),
  }
  model.jobs.push(job)
  for (const transcript of transcripts) addImported(model, job, transcript)
  model.note(isJobEnded(status) ? 'an import of the past' : 'an import of work')
  if (endsNow) addDelivery(model, job)
}

function addImported(model: Model, job: ModelJob, { state, createdAt, updatedAt, ...input }: ImportedTranscript): void {
  const transcript = addTranscript(model, job, input, {
    isWork: state.type === 'pending',
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  })
  transcript.status = state.type
  if (state.type === 'failed') transcript.error = state.error
  if (state.type === 'completed') {
    transcript.result = { content: state.content, fetchedAt: state.fetchedAt.getTime() }
  }
}

function addTranscript(
  model: Model,
  job: ModelJob,
  input: NewTranscript,
  { isWork = true, createdAt = model.now, updatedAt = model.now } = {},
): ModelTranscript {
  const position = job.transcripts.length
  const transcript: ModelTranscript = {
    name: transcriptName(job.input.id, position),
    order: (model.transcripts += 1),
    job,
    position,
    input,
    status: 'pending',
    attempt: 0,
    failures: 0,
    crashes: 0,
    closings: 0,
    runAt: model.now,
    rankAt: model.now + position * STORAGE_RULES.rankStepMs,
    createdAt,
    updatedAt,
  }
  job.transcripts.push(transcript)
  if (isWork) gateOf(model, transcript)
  return transcript
}

/** What is tried again of a job that has ended: its failed and cancelled videos. */
export const leftOf = ({ transcripts }: Pick<ModelJob, 'transcripts'>): readonly ModelTranscript[] =>
  transcripts.filter((one) => isOriginal(one) && (one.status === 'failed' || one.status === 'cancelled'))
