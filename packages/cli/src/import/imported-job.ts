// From a job of the older service to one of ours. Nothing here reads or writes: rows in, a job and remarks out.
import {
  TranscriptionError,
  isJobEnded,
  requestKeyOf,
  toErrorRecord,
  type ErrorCode,
  type ErrorRecord,
  type ImportedJob,
  type ImportedState,
  type ImportedTranscript,
  type JobStatus,
  type ReusePolicy,
  type TranscriptRequest,
  type TranscriptSource,
} from '@ytscriptify/core'
import type { OldJob, OldTranscript } from './old-database.ts'
import { parseOldStatus } from './old-status.ts'
import { parseOldText } from './old-text.ts'
import { parseOldTime } from './old-time.ts'
import type { Remark, RemarkKind } from './remarks.ts'

export interface ImportFacts {
  readonly owner: string
  readonly source: Pick<TranscriptSource, 'id' | 'parse' | 'gateKeyOf'>
  /** Attempt time that a job may use, in milliseconds. */
  readonly timeoutMs: number
  /** How long a job that goes on may take, in milliseconds from its import. */
  readonly maxAgeMs: number
  /** What a missing time becomes. */
  readonly now: Date
  /** Why no callback may be sent to this job's URL. */
  readonly callbackProblem?: string
}

export interface MappedJob {
  readonly job: ImportedJob
  readonly remarks: readonly Remark[]
}

/** What the older service asked for: whatever captions there were. */
const REQUEST: TranscriptRequest = { languages: [], kind: 'any' }
const REUSE: ReusePolicy = { scope: 'owner', maxAgeMs: 30 * 86_400_000 }

/** @param transcripts - All of the job, by id: that is the order in which its videos were given. */
export function importedJobOf(old: OldJob, transcripts: readonly OldTranscript[], facts: ImportFacts): MappedJob {
  const remarks: Remark[] = []
  const remark = (kind: RemarkKind, detail?: string, position?: number): void => {
    const subject = position === undefined ? `job ${old.id}` : `job ${old.id}, video ${position + 1}`
    remarks.push({ kind, subject, ...(detail !== undefined && { detail }) })
  }
  const context = { facts, remark }

  const known = statusOf(old.status, context)
  const isEmpty = transcripts.length === 0 && !isJobEnded(known)
  if (isEmpty) remark('no_videos')
  const status = isEmpty ? 'failed' : known
  const videos = transcripts.map((row, position) => transcriptOf(row, { ...context, position, jobStatus: status }))
  const { callbackProblem } = facts
  if (old.callbackUrl !== null && callbackProblem !== undefined) remark('callback_left_out', callbackProblem)
  const error = isEmpty ? NO_VIDEOS : status === 'failed' ? errorOf(old.errorMessage) : undefined

  const job: ImportedJob = {
    id: old.id,
    owner: facts.owner,
    source: facts.source.id,
    request: REQUEST,
    reuse: REUSE,
    timeoutMs: facts.timeoutMs,
    maxAgeMs: facts.maxAgeMs,
    status,
    createdAt: timeOf(old.createdAt, context),
    updatedAt: timeOf(old.updatedAt, context),
    transcripts: withDuplicates(videos),
    ...(old.callbackUrl !== null && callbackProblem === undefined && { callbackUrl: old.callbackUrl }),
    ...(error && { error }),
  }
  return { job, remarks }
}

interface MappingContext {
  readonly facts: ImportFacts
  readonly remark: (kind: RemarkKind, detail?: string, position?: number) => void
  /** Of a video. */
  readonly position?: number
}

interface VideoContext extends MappingContext {
  readonly position: number
  /** Of its job. */
  readonly jobStatus: JobStatus
}

function transcriptOf(row: OldTranscript, context: VideoContext): ImportedTranscript {
  const { source } = context.facts
  const url = row.url?.trim() ?? ''
  const videoId = source.parse(url)?.videoId
  const createdAt = timeOf(row.createdAt, context)
  const updatedAt = timeOf(row.updatedAt, context)
  const state = stateOf(row, { ...context, canBeFetched: videoId !== undefined, fetchedAt: updatedAt })
  const id = videoId ?? row.videoId?.trim() ?? ''
  return {
    url,
    videoId: id,
    // A text whose language nobody knows must not stand in for one that is asked for later: it is found as what it is.
    requestKey: requestKeyOf(id, state.type === 'completed' ? { ...REQUEST, languages: ['und'] } : REQUEST),
    gateKey: source.gateKeyOf?.(REQUEST) ?? source.id,
    createdAt,
    updatedAt,
    state,
  }
}

function stateOf(
  row: OldTranscript,
  context: VideoContext & { readonly canBeFetched: boolean; readonly fetchedAt: Date },
): ImportedState {
  const { position, jobStatus, canBeFetched, fetchedAt, remark } = context
  const status = statusOf(row.status, context)
  switch (status) {
    case 'completed': {
      const text = parseOldText(row.data)
      if (text.type === 'usable') return { type: 'completed', content: text.content, fetchedAt }
      remark('unusable_text', text.why, position)
      return failed('invalid_input', `It was completed in the older service, but its text ${text.why}.`)
    }
    case 'failed':
      return { type: 'failed', error: errorOf(row.errorMessage) ?? UNKNOWN_ERROR }
    case 'cancelled':
      return { type: 'cancelled' }
    case 'pending':
    case 'processing':
      break
  }
  if (isJobEnded(jobStatus)) return leftUnfinished(row, context)
  if (canBeFetched) return { type: 'pending' }
  remark('unusable_url', row.url ?? 'no URL', position)
  return failed('invalid_input', row.url === null ? 'It has no URL.' : `"${row.url}" is not the URL of one video.`)
}

/** Nothing is done for a job that has ended: what it was left without stays so, and `retry` makes a new job of it. */
function leftUnfinished(
  { data }: OldTranscript,
  { position, jobStatus, fetchedAt, remark }: VideoContext & { readonly fetchedAt: Date },
): ImportedState {
  const text = parseOldText(data)
  if (text.type === 'usable') return { type: 'completed', content: text.content, fetchedAt }
  remark('left_unfinished', undefined, position)
  if (jobStatus === 'cancelled') return { type: 'cancelled' }
  return failed('deadline_exceeded', 'Its job ended in the older service before it was done.')
}

/** A video that is given again follows the first one; where that one is done, so is this. */
function withDuplicates(videos: readonly ImportedTranscript[]): ImportedTranscript[] {
  const firsts = new Map<string, number>()
  return videos.map((video, position) => {
    const first = firsts.get(video.videoId)
    const original = first === undefined ? undefined : videos[first]
    if (first === undefined || !original) {
      firsts.set(video.videoId, position)
      return video
    }
    const isDone = video.state.type === 'pending' && original.state.type === 'completed'
    return { ...video, duplicateOf: first, ...(isDone && { state: original.state }) }
  })
}

function statusOf(text: string | null, { remark, position }: MappingContext): JobStatus {
  const status = parseOldStatus(text)
  if (status === undefined) remark('unknown_status', `"${text ?? ''}"`, position)
  return status ?? 'pending'
}

function timeOf(text: string | null, { facts, remark, position }: MappingContext): Date {
  if (text === null || text.trim() === '') return facts.now
  const time = parseOldTime(text)
  if (!time) remark('unreadable_time', `"${text}"`, position)
  return time ?? facts.now
}

const HINT = 'This comes from the older service; retry makes a new job of it.'

/** What went wrong there was kept as a sentence: which code it would have here, nobody can say. */
function errorOf(message: string | null): ErrorRecord | undefined {
  if (message === null || message.trim() === '') return undefined
  return toErrorRecord(new TranscriptionError('source_request_failed', message.trim(), { hint: HINT }))
}

const UNKNOWN_ERROR = toErrorRecord(
  new TranscriptionError('source_request_failed', 'It failed in the older service, which did not say why.', {
    hint: HINT,
  }),
)

const NO_VIDEOS = toErrorRecord(
  new TranscriptionError('invalid_input', 'The older service stored no video of this job.'),
)

const failed = (code: ErrorCode, message: string): ImportedState => ({
  type: 'failed',
  error: toErrorRecord(new TranscriptionError(code, message, { hint: HINT })),
})
