// How transcripts and jobs end. What ends the last transcript ends the job, and makes its delivery.
import { receiverOf } from '../../delivery.ts'
import { jobErrorOf } from '../../end-errors.ts'
import type { ErrorRecord } from '../../errors.ts'
import type { TranscriptContent } from '../../transcript.ts'
import { countsOf, hasEnded, isOpen, isOriginal, type Model, type ModelJob, type ModelTranscript } from './state.ts'

export type End =
  | { readonly status: 'completed'; readonly content: TranscriptContent; readonly fetchedAt: number }
  | { readonly status: 'failed'; readonly error: ErrorRecord }
  | { readonly status: 'cancelled' }

/** Ends a transcript, and with it those that repeat its video. */
export function end(model: Model, transcript: ModelTranscript, how: End): void {
  const { position, job } = transcript
  const repeated = job.transcripts.filter(({ input }) => input.duplicateOf === position)
  if (how.status === 'failed') transcript.error = how.error
  if (how.status === 'completed') delete transcript.error
  for (const one of [transcript, ...repeated]) {
    one.status = how.status
    one.updatedAt = model.now
    if (how.status === 'completed') one.result = { content: how.content, fetchedAt: how.fetchedAt }
    if (transcript.error) one.error = transcript.error
  }
  delete transcript.held
  delete transcript.lostBy
  if (repeated.length > 0) model.note('a duplicate ends')
}

/** Notes a change of a job that is still open, or ends it when nothing of it is left. @returns whether it has ended. */
export function endJobIfDone(model: Model, job: ModelJob): boolean {
  job.updatedAt = model.now
  if (job.transcripts.some(isOpen)) return false
  const { total, completed, cancelled } = countsOf(job)
  if (cancelled > 0) job.status = 'cancelled'
  else job.status = completed > 0 ? 'completed' : 'failed'
  const error = job.transcripts.find(({ status }) => status === 'failed')?.error
  if (job.status === 'failed' && error) job.error = jobErrorOf({ code: error.code, message: error.message }, total)
  addDelivery(model, job)
  model.note(`a job ends ${job.status}`)
  return true
}

export function addDelivery({ now, note }: Model, job: ModelJob): void {
  const { callbackUrl: url } = job.input
  if (url === undefined) return
  job.delivery = {
    job,
    url,
    receiver: receiverOf(url),
    type: `job.${job.status}`,
    status: 'pending',
    attempt: 0,
    failures: 0,
    runAt: now,
    attempts: [],
    createdAt: now,
    updatedAt: now,
  }
  note('a delivery')
}

/** @returns whether it was open. */
export function cancel(model: Model, job: ModelJob): boolean {
  if (hasEnded(job)) return false
  for (const transcript of job.transcripts.filter((one) => isOpen(one) && isOriginal(one))) {
    end(model, transcript, { status: 'cancelled' })
    transcript.attempt += 1
  }
  endJobIfDone(model, job)
  return true
}
