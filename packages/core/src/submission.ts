// From what a caller hands in to a job that can be stored: everything that can be wrong is found here, at once.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { invalidInput, type InputIssue, type TranscriptionError } from './errors.ts'
import type { Idempotency } from './job.ts'
import type { TranscriptSource, VideoRef } from './source.ts'
import type { NewJob, NewTranscript } from './new-job.ts'
import { requestKeyOf, requestOf, transcriptRequest, type TranscriptRequest } from './transcript-request.ts'

export interface SubmissionLimits {
  /** How many URLs one job may have. @default 50 */
  readonly maxUrlsPerJob: number
  /** Attempt time that a job may use, in milliseconds; waiting does not count. @default 1 h */
  readonly jobTimeoutMs: number
  /** What is left of a job this long after its submission fails, in milliseconds. @default 7 days */
  readonly maxJobAgeMs: number
}

export const DEFAULT_LIMITS: SubmissionLimits = {
  maxUrlsPerJob: 50,
  jobTimeoutMs: 60 * 60_000,
  maxJobAgeMs: 7 * 24 * 60 * 60_000,
}

const DAY_MS = 24 * 60 * 60_000

/** @throws {TranscriptionError} `invalid_input` naming every limit that no job could keep. */
export function checkedLimits(limits: SubmissionLimits): SubmissionLimits {
  const issues = Object.entries(limits)
    .filter(([, value]: [string, number]) => !(value >= 1 && value <= MAX_AGE_MS && Number.isInteger(value)))
    .map(([name, value]: [string, number]): InputIssue => ({
      path: ['limits', name],
      code: 'invalid_input',
      message: `${value} is not a whole number from 1 to ${MAX_AGE_MS}`,
    }))
  if (issues.length > 0) throw invalidInput(issues)
  return limits
}

/** Whose jobs they are when nobody says. */
export const DEFAULT_OWNER = 'default'

/** Text without U+0000: PostgreSQL refuses it, and drivers of SQLite cut the text there, so that two names become one. */
const text = z.string().refine((value) => !value.includes('\u0000'), { error: 'It contains the character U+0000' })

/** As large as a pause can be and still lead to a moment that a Date can hold. */
const MAX_AGE_MS = 100 * 365 * DAY_MS

const idempotencyKey = text.min(1).max(255)

const submission = transcriptRequest.extend({
  urls: z.array(text).min(1, 'Give at least one URL'),
  callbackUrl: text.pipe(z.url({ protocol: /^https?$/, error: 'Give an http or https URL' })).optional(),
  owner: text.min(1).max(255).default(DEFAULT_OWNER),
  idempotencyKey: idempotencyKey.optional(),
  reuse: z.enum(['owner', 'shared']).default('owner'),
  maxAgeMs: z
    .int()
    .min(0)
    .max(MAX_AGE_MS)
    .default(30 * DAY_MS),
  refresh: z.boolean().default(false),
})

/** What a caller hands in. */
export interface Submission {
  /** The videos, in the order in which they are answered. A video that is named twice is fetched once. */
  readonly urls: readonly string[]
  /**
   * Language tags (BCP 47) in order of preference; `*` at the end takes whatever there is.
   * @default a manual track, else a generated one, in the video's own language
   */
  readonly languages?: readonly string[]
  /** @default 'any': a manual track before a generated one */
  readonly kind?: TranscriptRequest['kind']
  /** Language tag into which the source translates what it found. @default no translation */
  readonly translateTo?: string
  /** Keeps the tags of the formatting, such as `<i>`, in the text. @default false: plain text */
  readonly keepFormatting?: boolean
  /** Called when the job has ended. @default nobody is called */
  readonly callbackUrl?: string
  /** Whose job it is; jobs of other owners do not see it. @default 'default' */
  readonly owner?: string
  /** Repeating a submission with the same key gives the job that the first one made. @default each submission is a new job */
  readonly idempotencyKey?: string
  /** Whose stored transcripts may be copied instead of asking the source again. @default 'owner' */
  readonly reuse?: 'owner' | 'shared'
  /** How old a copied transcript may be, in milliseconds. @default 30 days */
  readonly maxAgeMs?: number
  /** Asks the source anew, whatever is stored. @default false */
  readonly refresh?: boolean
}

/** @throws {TranscriptionError} `invalid_input` with an issue for each offending item. The URLs are not looked into. */
export const parseSubmission = (input: Submission): z.output<typeof submission> => parse(submission, input)

/**
 * Parses and checks a submission.
 *
 * @throws {TranscriptionError} `invalid_input`, `too_many_urls`, `unsupported_url`, with an issue for each offending item.
 */
export function jobOfSubmission(
  input: Submission,
  { source, limits, id }: { source: TranscriptSource; limits: SubmissionLimits; id: string },
): NewJob {
  const parsed = parseSubmission(input)
  const { urls, callbackUrl, owner, idempotencyKey, reuse, maxAgeMs, refresh } = parsed
  if (urls.length > limits.maxUrlsPerJob) throw tooManyUrls(urls.length, limits.maxUrlsPerJob)

  const request = requestOf(parsed)
  const { owner: _owner, idempotencyKey: _key, ...meant } = parsed
  return {
    id,
    owner,
    source: source.id,
    request,
    reuse: refresh ? { scope: 'none' } : { scope: reuse, maxAgeMs },
    timeoutMs: limits.jobTimeoutMs,
    maxAgeMs: limits.maxJobAgeMs,
    transcripts: transcriptsOf(urls, { source, request }),
    ...(callbackUrl !== undefined && { callbackUrl }),
    ...(idempotencyKey !== undefined && { idempotency: { key: idempotencyKey, hash: hashOf(meant) } }),
  }
}

/** The transcripts of a list of videos; a video that occurs again follows its first occurrence. */
export function newTranscriptsOf(
  videos: readonly { readonly url: string; readonly videoId: string }[],
  { source, request }: { source: TranscriptSource; request: TranscriptRequest },
): NewTranscript[] {
  const gateKey = source.gateKeyOf?.(request) ?? source.id
  const firstPositions = new Map<string, number>()
  return videos.map(({ url, videoId }, position) => {
    const first = firstPositions.get(videoId)
    if (first === undefined) firstPositions.set(videoId, position)
    const transcript = { url, videoId, requestKey: requestKeyOf(videoId, request), gateKey }
    return first === undefined ? transcript : { ...transcript, duplicateOf: first }
  })
}

/**
 * What makes the repetition of a retry harmless. No submission has the same fingerprint.
 *
 * @throws {TranscriptionError} `invalid_input` when the key is none.
 */
export function retryIdempotency(jobId: string, key: string): Idempotency {
  const meant = parse(z.object({ idempotencyKey }), { idempotencyKey: key })
  return { key: meant.idempotencyKey, hash: hashOf(['retry', jobId]) }
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }): InputIssue => ({
    path: path.map((key) => (typeof key === 'number' ? key : String(key))),
    code: 'invalid_input',
    message,
  }))
  throw invalidInput(issues)
}

function transcriptsOf(
  urls: readonly string[],
  { source, request }: { source: TranscriptSource; request: TranscriptRequest },
): NewTranscript[] {
  const videos: { url: string; videoId: string }[] = []
  const issues: InputIssue[] = []
  for (const [index, url] of urls.entries()) {
    const video: VideoRef | undefined = source.parse(url)
    if (video) videos.push({ url, videoId: video.videoId })
    else
      issues.push({
        path: ['urls', index],
        code: 'unsupported_url',
        message: `"${shortened(url)}" is not the URL of one video`,
      })
  }
  if (issues.length > 0) throw invalidInput(issues, 'unsupported_url')
  return newTranscriptsOf(videos, { source, request })
}

function tooManyUrls(count: number, max: number): TranscriptionError {
  const message = `${count} URLs are more than the ${max} that one job may have`
  return invalidInput([{ path: ['urls'], code: 'too_many_urls', message }], 'too_many_urls')
}

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}…` : text)

const hashOf = (meant: object): string => createHash('sha256').update(JSON.stringify(meant)).digest('hex')
