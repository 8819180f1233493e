// Every failure that has a meaning for a caller: one class, a closed set of codes, and what each code decides.

/** When it makes sense to try again what failed with a code. */
export type RetryRule =
  /** Never: the answer will be the same. */
  | 'never'
  /** Within seconds in the same process, then after minutes: connection resets, 5xx, malformed bodies. */
  | 'soon'
  /** After minutes, counted as a failure. */
  | 'later'
  /** At `retryAt`, not counted as a failure: the video itself says when it is ready. */
  | 'scheduled'
  /** When the gate of the source opens again, not counted as a failure: the source refuses this address, not this video. */
  | 'gate'

/** For each code, whether and how it is retried. A code without a rule does not compile. */
export const RETRY_RULES = {
  // Callers
  invalid_input: 'never',
  unsupported_url: 'never',
  not_supported: 'never',
  list_unavailable: 'never',
  too_many_urls: 'never',
  job_not_found: 'never',
  transcript_not_found: 'never',
  transcript_not_ready: 'later',
  delivery_not_found: 'never',
  already_finished: 'never',
  job_not_ended: 'later',
  idempotency_mismatch: 'never',
  unauthorized: 'never',
  forbidden: 'never',
  rate_limited: 'later',
  payload_too_large: 'never',
  callback_refused: 'never',
  // Source
  video_unavailable: 'never',
  video_unplayable: 'never',
  video_private: 'never',
  age_restricted: 'never',
  members_only: 'never',
  premium_only: 'never',
  payment_required: 'never',
  geo_blocked: 'never',
  account_terminated: 'never',
  live_upcoming: 'scheduled',
  live_now: 'scheduled',
  transcripts_disabled: 'never',
  language_not_found: 'never',
  not_translatable: 'never',
  translation_language_not_found: 'never',
  po_token_required: 'later',
  source_blocked: 'gate',
  source_rate_limited: 'gate',
  empty_transcript: 'soon',
  consent_required: 'later',
  source_request_failed: 'soon',
  source_unreachable: 'soon',
  source_timeout: 'later',
  // Engine
  deadline_exceeded: 'never',
  worker_lost: 'never',
  cancelled: 'never',
  storage_unavailable: 'later',
  storage_incompatible: 'never',
  internal: 'later',
} as const satisfies Record<string, RetryRule>

/** A code says what went wrong. Once released it never changes its meaning; the message may. */
export type ErrorCode = keyof typeof RETRY_RULES

/** What a person does next, for each code. A more exact hint may be given where the error is thrown. */
export const HINTS = {
  invalid_input: 'Correct the named value and submit again.',
  unsupported_url:
    'Give the URL of one video, for example https://www.youtube.com/watch?v=VIDEO_ID. A playlist or a channel has to be expanded first: by ytscriptify transcribe, or by a lister.',
  list_unavailable: 'Check that the playlist or channel still exists, and that everybody may see it.',
  not_supported: 'Set up a source that can do this; docs/sources.md has them.',
  too_many_urls: 'Split the list into several jobs.',
  job_not_found: 'Check the id of the job; list the jobs to find it.',
  transcript_not_found: 'Ask for a video of this job; the job lists them.',
  transcript_not_ready: 'Wait until the video is completed; the job tells when.',
  delivery_not_found: 'Check the id of the delivery; the job lists its deliveries.',
  already_finished: 'A finished job never changes; retry makes a new job of its failed videos.',
  job_not_ended: 'Wait until the job has ended, or cancel it.',
  idempotency_mismatch: 'Use a new idempotency key, or send exactly the request that the key was first used for.',
  unauthorized: 'Send a valid API key.',
  forbidden: 'Use a key that may do this.',
  rate_limited: 'Wait until the limit resets, then send the request again.',
  payload_too_large: 'Send a smaller request.',
  callback_refused: 'Give a callback URL that this service may call, or leave it out.',
  video_unavailable: 'Check that the video still exists.',
  video_unplayable: 'Open the video in a browser to see why it does not play.',
  video_private: 'Only its owner can see this video.',
  age_restricted: 'Age-restricted videos need an account, which this service does not use.',
  members_only: 'Only members of the channel can see this video.',
  premium_only: 'Only subscribers of YouTube Premium can see this video.',
  payment_required: 'This video must be bought or rented.',
  geo_blocked: 'The video is not shown in the country of this machine.',
  account_terminated: 'The account that published the video no longer exists.',
  live_upcoming: 'The video has not started yet; it is tried again at its scheduled start.',
  live_now: 'The video is being broadcast; captions come after it has ended.',
  transcripts_disabled: 'The video has no captions.',
  language_not_found: 'Ask for one of the languages that the video offers.',
  not_translatable: 'Ask for the original language of the track.',
  translation_language_not_found: 'Ask for a language that the video can be translated to.',
  po_token_required: 'YouTube gave this client no captions; another network or a later try may help.',
  source_blocked: 'YouTube refuses this network address for now; wait, or use another network or a proxy.',
  source_rate_limited: 'YouTube asks this network address to slow down; wait until the pause is over.',
  empty_transcript: 'YouTube sent an empty answer; try again later.',
  consent_required: 'YouTube asks for consent to cookies; use another network or a proxy.',
  source_request_failed: 'YouTube answered with an error; try again later.',
  source_unreachable: 'Check the network connection of this machine, and its proxy settings.',
  source_timeout: 'YouTube did not answer in time; check the network, or allow more time.',
  deadline_exceeded: 'Submit the rest again with retry, or allow the job more time.',
  worker_lost: 'The process that worked on this video died several times; look at its logs before you retry.',
  cancelled: 'The job was cancelled; retry makes a new job of what is left.',
  storage_unavailable: 'Check that the database can be reached and written to.',
  storage_incompatible: 'Use a database of this version, or migrate it.',
  internal: 'This is a fault of ours; please report it with the message and its cause.',
} as const satisfies Record<ErrorCode, string>

/** One thing that is wrong with the input. */
export interface InputIssue {
  /** Where, from the outside in: `['urls', 3]`. */
  readonly path: readonly (string | number)[]
  readonly code: ErrorCode
  readonly message: string
}

export interface TranscriptionErrorOptions {
  readonly cause?: unknown
  /** What a person does next. @default the hint of the code */
  readonly hint?: string
  /** Whether another try can succeed. @default what the code's retry rule says */
  readonly retryable?: boolean
  /** The earliest moment at which another try makes sense. */
  readonly retryAt?: Date
  /** Every offending item of a bad input. */
  readonly issues?: readonly InputIssue[]
}

/** The one error of this library. Programs read `code`, people read `message` and `hint`. */
export class TranscriptionError extends Error {
  override readonly name = 'TranscriptionError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly hint: string
  readonly retryAt?: Date
  readonly issues?: readonly InputIssue[]

  constructor(code: ErrorCode, message: string, options: TranscriptionErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retryable = options.retryable ?? RETRY_RULES[code] !== 'never'
    this.hint = options.hint ?? HINTS[code]
    if (options.retryAt) this.retryAt = options.retryAt
    if (options.issues) this.issues = options.issues
  }
}

/** Narrows an unknown error. It looks at name and code, so that two copies of this package cannot disagree. */
export function isTranscriptionError(error: unknown, code?: ErrorCode): error is TranscriptionError {
  if (!(error instanceof Error) || error.name !== 'TranscriptionError' || !('code' in error)) return false
  return code === undefined ? Object.hasOwn(RETRY_RULES, String(error.code)) : error.code === code
}

/** An error as it is stored with a transcript and shown to callers: plain data, no stack, no cause. */
export interface ErrorRecord {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly retryable: boolean
  readonly retryAt?: Date
}

/**
 * Turns anything thrown into plain data that every database can store. What is not a {@link TranscriptionError} becomes
 * `internal`; a moment that is none is left out; U+0000, which PostgreSQL does not take, is replaced.
 */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (!isTranscriptionError(error)) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { code: 'internal', message: storable(message), hint: HINTS.internal, retryable: true }
  }
  const { code, message, hint, retryable, retryAt } = error
  const isMoment = retryAt instanceof Date && !Number.isNaN(retryAt.getTime())
  return { code, message: storable(message), hint: storable(hint), retryable, ...(isMoment && { retryAt }) }
}

/** Text that every database can store: PostgreSQL takes no U+0000. */
export const storable = (text: string): string => String(text).replaceAll('\u0000', '\ufffd')

/** All that is wrong with an input as one error, whose message names the first. */
export function invalidInput(issues: readonly InputIssue[], code: ErrorCode = 'invalid_input'): TranscriptionError {
  const [first, ...others] = issues
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  const message = first ? `${pathOf(first.path)}: ${first.message}${more}.` : 'The input is invalid.'
  return new TranscriptionError(code, message, { issues })
}

/** How people write a path: `urls[3]`. */
export const pathOf = (path: InputIssue['path']): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${key}` : key),
    '',
  ) || 'input'
