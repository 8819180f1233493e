// A job as one JSON document: the same in the HTTP API and in callbacks. It is written piece by piece, so that a job of
// any size passes through little memory.
import { isJobEnded, type Job, type JobCounts } from './job.ts'
import { transcriptJsonPieces, transcriptSummary } from './transcript-json.ts'
import type { Transcript } from './transcript.ts'

/** What a job is, without its results: the same job as the same text, whichever storage it comes from. */
export const jobSummary = (job: Job) => ({
  job_id: job.id,
  status: job.status,
  created_at: job.createdAt.toISOString(),
  updated_at: job.updatedAt.toISOString(),
  completed_at: job.endedAt?.toISOString() ?? null,
  counts: countsJson(job.counts),
  languages: job.request.languages,
  kind: job.request.kind,
  retry_of: job.retryOf ?? null,
  error: job.error ? { code: job.error.code, message: job.error.message } : null,
})

const countsJson = ({ total, completed, failed, cancelled }: JobCounts) => ({ total, completed, failed, cancelled })

export interface JobJsonOptions {
  /**
   * A job with more bytes of stored text than this shows none of it: `truncated` is true then, and each completed result
   * has a `transcript_url` instead.
   */
  readonly inlineLimitBytes: number
  /** Where one transcript of the job is found. */
  readonly transcriptUrl: (transcript: Transcript) => string
}

/** Whether {@link jobJson} shows the texts: read the transcripts with their data then, and without it otherwise. */
export const showsTexts = (job: Job, inlineLimitBytes: number): boolean => job.dataBytes <= inlineLimitBytes

/**
 * The job with its results, as pieces of one JSON object. The stored texts are passed on without being parsed.
 *
 * @param transcripts - All of the job, by position; with their data exactly when {@link showsTexts} says so.
 */
export async function* jobJson(
  job: Job,
  transcripts: AsyncIterable<Transcript>,
  { inlineLimitBytes, transcriptUrl }: JobJsonOptions,
): AsyncGenerator<string> {
  const truncated = !showsTexts(job, inlineLimitBytes)
  yield `${JSON.stringify({ ...jobSummary(job), truncated }).slice(0, -1)},"results":[`
  let separator = ''
  for await (const transcript of transcripts) {
    if (separator !== '') yield separator
    if (truncated) yield linkJson(transcript, transcriptUrl)
    else yield* transcriptJsonPieces(transcript)
    separator = ','
  }
  yield ']}'
}

const linkJson = (transcript: Transcript, transcriptUrl: JobJsonOptions['transcriptUrl']): string =>
  JSON.stringify({
    ...transcriptSummary(transcript),
    segments: null,
    transcript_url: transcript.status === 'completed' ? transcriptUrl(transcript) : null,
  })

/** What a callback says: the event, when it happened, and the job with its results. */
export async function* callbackJson(
  job: Job,
  { type, ...parts }: { readonly type: string; readonly transcripts: AsyncIterable<Transcript> } & JobJsonOptions,
): AsyncGenerator<string> {
  if (!isJobEnded(job.status)) throw new Error(`Job ${job.id} has not ended.`)
  const timestamp = (job.endedAt ?? job.updatedAt).toISOString()
  yield `${JSON.stringify({ type, timestamp }).slice(0, -1)},"data":`
  yield* jobJson(job, parts.transcripts, parts)
  yield '}'
}
