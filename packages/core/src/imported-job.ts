// Jobs that come from elsewhere: what they are, and what an import makes of them, the same in every storage.
import { receiverOf } from './delivery.ts'
import { jobErrorOf } from './end-errors.ts'
import { storable, type ErrorRecord } from './errors.ts'
import { endStatusOf, isJobEnded, type JobCounts, type JobStatus } from './job.ts'
import type { NewJob, NewTranscript } from './new-job.ts'
import type { TranscriptContent } from './transcript.ts'

/** A job as it stood elsewhere. */
export interface ImportedJob extends Omit<NewJob, 'transcripts' | 'retryOf' | 'idempotency'> {
  /** Of one that has ended no transcript may be pending. One that is open ends by its import when none is. */
  readonly status: JobStatus
  /** Why it failed, when it failed. @default the error of its first failed video */
  readonly error?: Pick<ErrorRecord, 'code' | 'message'>
  readonly createdAt: Date
  /** Of one that has ended, its end. */
  readonly updatedAt: Date
  /** The job's deadline, in milliseconds from its import. */
  readonly maxAgeMs: number
  /** By position, from 0, without a gap. */
  readonly transcripts: readonly ImportedTranscript[]
}

/**
 * A transcript as it stood elsewhere. One with `duplicateOf` that has not come to the same as its original is stored as one
 * of its own, without `duplicateOf`: so no text is lost, and nothing waits for an end that was before.
 */
export interface ImportedTranscript extends NewTranscript {
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly state: ImportedState
}

export type ImportedState =
  /** Due at once, and ranked as if it had been submitted now. */
  | { readonly type: 'pending' }
  | { readonly type: 'completed'; readonly content: TranscriptContent; readonly fetchedAt: Date }
  | { readonly type: 'failed'; readonly error: ErrorRecord }
  | { readonly type: 'cancelled' }

/** What is to be stored of an imported job. */
export interface ImportPlan extends ImportedJob {
  readonly counts: JobCounts
  /** UTF-8 bytes of the texts of its completed transcripts, duplicates included. */
  readonly dataBytes: number
  /** Whether it was open and had nothing left to do: it ends now, with its delivery. */
  readonly endsNow: boolean
}

/**
 * What an import makes of a job. Storages do no more than store it: a job whose `status` has ended without a delivery, and one
 * that `endsNow` with its delivery. All text is such as every database can store: U+0000, which PostgreSQL does not take, is
 * replaced, so that one odd title does not keep the others out.
 *
 * @throws a `TypeError` that names the job, when it cannot be stored: it has ended and a transcript is pending, its callback
 *   URL is none, a moment is none, or `duplicateOf` is not the position of an earlier transcript that is no duplicate itself.
 */
export function importPlanOf(given: ImportedJob): ImportPlan {
  check(given)
  const job = withStorableText(given)
  const transcripts = job.transcripts.map((transcript, _position, all) => withoutFalseOriginal(transcript, all))
  const endedAs = (type: ImportedState['type']): number => transcripts.filter(({ state }) => state.type === type).length
  const counts = {
    total: transcripts.length,
    completed: endedAs('completed'),
    failed: endedAs('failed'),
    cancelled: endedAs('cancelled'),
  }
  const endsNow = !isJobEnded(job.status) && endedAs('pending') === 0
  const status = endsNow ? endStatusOf(counts) : job.status
  const error = status === 'failed' ? (job.error ?? firstErrorOf(transcripts)) : undefined
  const { error: _given, ...rest } = job
  return { ...rest, status, transcripts, counts, dataBytes: bytesOf(transcripts), endsNow, ...(error && { error }) }
}

function check({ id, status, callbackUrl, createdAt, updatedAt, transcripts }: ImportedJob): void {
  if (callbackUrl !== undefined) receiverOf(callbackUrl)
  const moments = transcripts.flatMap(({ state, ...transcript }) => [
    transcript.createdAt,
    transcript.updatedAt,
    ...(state.type === 'completed' ? [state.fetchedAt] : []),
  ])
  if ([createdAt, updatedAt, ...moments].some((moment) => Number.isNaN(moment.getTime()))) {
    throw new TypeError(`Job ${id} has a moment that is none.`)
  }
  for (const [position, { state, duplicateOf }] of transcripts.entries()) {
    if (isJobEnded(status) && state.type === 'pending') {
      throw new TypeError(`Job ${id} is ${status}, and yet its transcript at position ${position} is pending.`)
    }
    if (duplicateOf === undefined) continue
    const original = duplicateOf < position ? transcripts[duplicateOf] : undefined
    if (!original || original.duplicateOf !== undefined) {
      throw new TypeError(`Job ${id} has no original at position ${duplicateOf} for the duplicate at ${position}.`)
    }
  }
}

function withStorableText(job: ImportedJob): ImportedJob {
  const { id, owner, source, callbackUrl, error } = job
  return {
    ...job,
    id: storable(id),
    owner: storable(owner),
    source: storable(source),
    ...(callbackUrl !== undefined && { callbackUrl: storable(callbackUrl) }),
    ...(error && { error: { ...error, message: storable(error.message) } }),
    transcripts: job.transcripts.map((transcript) => ({
      ...transcript,
      url: storable(transcript.url),
      videoId: storable(transcript.videoId),
      requestKey: storable(transcript.requestKey),
      gateKey: storable(transcript.gateKey),
      state: withStorableResult(transcript.state),
    })),
  }
}

function withStorableResult(state: ImportedState): ImportedState {
  switch (state.type) {
    case 'completed': {
      const { language, translatedFrom, data } = state.content
      const texts = { language: storable(language), data: storable(data) }
      const content = {
        ...state.content,
        ...texts,
        ...(translatedFrom && { translatedFrom: storable(translatedFrom) }),
      }
      return { ...state, content }
    }
    case 'failed': {
      const { error } = state
      return { ...state, error: { ...error, message: storable(error.message), hint: storable(error.hint) } }
    }
    case 'pending':
    case 'cancelled':
      return state
  }
}

function withoutFalseOriginal(transcript: ImportedTranscript, all: readonly ImportedTranscript[]): ImportedTranscript {
  const { duplicateOf, ...single } = transcript
  const original = duplicateOf === undefined ? undefined : all[duplicateOf]
  return original && haveSameEnd(transcript.state, original.state) ? transcript : single
}

function haveSameEnd(one: ImportedState, other: ImportedState): boolean {
  if (one.type === 'completed' && other.type === 'completed') return one.content.data === other.content.data
  return one.type === other.type
}

function firstErrorOf(transcripts: readonly ImportedTranscript[]): Pick<ErrorRecord, 'code' | 'message'> | undefined {
  const [first] = transcripts.flatMap(({ state }) => (state.type === 'failed' ? [state.error] : []))
  return first && jobErrorOf({ code: first.code, message: first.message }, transcripts.length)
}

const bytesOf = (transcripts: readonly ImportedTranscript[]): number =>
  transcripts.reduce(
    (sum, { state }) => sum + (state.type === 'completed' ? Buffer.byteLength(state.content.data) : 0),
    0,
  )
