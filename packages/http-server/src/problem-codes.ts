// What each code of a problem means to a client that knows only HTTP. A code without a status does not compile.
import { HINTS, type ErrorCode } from '@ytscriptify/core'

/** The status of each code of the library. */
export const ERROR_STATUS = {
  // Callers. 422 (RFC 9110, section 15.5.21): the request can be read, and asks for what cannot be done.
  invalid_input: 422,
  unsupported_url: 422,
  not_supported: 422,
  list_unavailable: 422,
  too_many_urls: 422,
  job_not_found: 404,
  transcript_not_found: 404,
  transcript_not_ready: 409,
  delivery_not_found: 404,
  already_finished: 409,
  job_not_ended: 409,
  // https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07#section-2.7
  idempotency_mismatch: 422,
  unauthorized: 401,
  forbidden: 403,
  rate_limited: 429,
  payload_too_large: 413,
  callback_refused: 422,
  // Source. They are stored with a video, and answer a request for its text or its tracks: what the video has come to stands in the
  // way of that. The request was right, and so is this server, so they are neither 4xx of the input nor 5xx.
  video_unavailable: 409,
  video_unplayable: 409,
  video_private: 409,
  age_restricted: 409,
  members_only: 409,
  premium_only: 409,
  payment_required: 409,
  geo_blocked: 409,
  account_terminated: 409,
  live_upcoming: 409,
  live_now: 409,
  transcripts_disabled: 409,
  language_not_found: 409,
  not_translatable: 409,
  translation_language_not_found: 409,
  po_token_required: 409,
  source_blocked: 409,
  source_rate_limited: 409,
  empty_transcript: 409,
  consent_required: 409,
  source_request_failed: 409,
  source_unreachable: 409,
  source_timeout: 409,
  // Engine
  deadline_exceeded: 409,
  worker_lost: 409,
  cancelled: 409,
  storage_unavailable: 503,
  storage_incompatible: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>

/** What only HTTP can get wrong: status, and what a person does next. */
export const TRANSPORT_PROBLEMS = {
  malformed_request: { status: 400, hint: 'Send a request that follows the description of the API.' },
  not_found: { status: 404, hint: 'Look up the paths in /openapi.json.' },
  method_not_allowed: { status: 405, hint: 'Use one of the methods that the header Allow names.' },
  not_acceptable: { status: 406, hint: 'Accept one of the types that the problem names, or say ?format=.' },
  unsupported_media_type: { status: 415, hint: 'Send JSON with the header Content-Type: application/json.' },
  server_closing: { status: 503, hint: 'Ask another server, or this one again in a few seconds.' },
} as const satisfies Record<string, { readonly status: number; readonly hint: string }>

export type TransportCode = keyof typeof TRANSPORT_PROBLEMS

/** Every code that a problem can carry. */
export type ProblemCode = ErrorCode | TransportCode

export const statusOf = (code: ProblemCode): number =>
  isTransport(code) ? TRANSPORT_PROBLEMS[code].status : ERROR_STATUS[code]

export const hintOf = (code: ProblemCode): string => (isTransport(code) ? TRANSPORT_PROBLEMS[code].hint : HINTS[code])

/** The name of a code in words: `Job not found`. */
export function titleOf(code: ProblemCode): string {
  const words = code.replaceAll('_', ' ').replace(/\burl(s?)\b/g, 'URL$1')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A stable address that explains the code. */
export const typeOf = (code: ProblemCode): string =>
  `https://github.com/ytscriptify/ytscriptify/blob/main/docs/errors.md#${code}`

const isTransport = (code: ProblemCode): code is TransportCode => Object.hasOwn(TRANSPORT_PROBLEMS, code)
