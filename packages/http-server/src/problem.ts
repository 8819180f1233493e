// What went wrong, as the API says it: RFC 9457 (problem details), with the codes of the library.
import { isTranscriptionError, pathOf, type ErrorRecord, type InputIssue } from '@ytscriptify/core'
import { text, type Answer } from './answers.ts'
import { hintOf, statusOf, titleOf, typeOf, type ProblemCode } from './problem-codes.ts'

/** The part of a request that an offending item is found in. */
export type InputPlace = 'body' | 'query' | 'header'

export interface ProblemOptions {
  readonly cause?: unknown
  /** @default the hint of the code */
  readonly hint?: string
  /** For the answer: `Allow`, `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The offending items of a bad input. */
  readonly issues?: readonly InputIssue[]
  /** Where those items stand. @default where the input of such a request is: the body of a POST, the query of a GET */
  readonly issuesIn?: InputPlace
  /** Further members of the document. */
  readonly members?: Readonly<Record<string, unknown>>
  /** What kind of problem it is, where somebody else has named it. @default the page of this project on the code */
  readonly type?: string
}

/** An answer that is a problem. Thrown wherever it is found. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.options = options
  }
}

/**
 * What a caller is told of anything thrown. Of faults of ours they learn nothing but the id of their request: messages
 * of databases name hosts and files.
 */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (!isTranscriptionError(error)) return new HttpProblem('internal', FAULT, { cause: error })
  const { code, message, issues } = error
  if (code === 'internal') return new HttpProblem(code, FAULT, { cause: error })
  if (isAway(code))
    return new HttpProblem(code, AWAY, { cause: error, hint: TRY_AGAIN, headers: { 'retry-after': '5' } })
  if (!issues || issues.length === 0) return new HttpProblem(code, message, { hint: error.hint })
  return invalid(issues, { code })
}

/** Whether it is ours to mend, and not the caller's. That a server is stopped is nobody's fault. */
export const isFault = ({ code }: HttpProblem): boolean => statusOf(code) >= 500 && code !== 'server_closing'

/** A problem of the input that names every offending item, or the first of very many. */
export function invalid(
  issues: readonly InputIssue[],
  { code = 'invalid_input', ...options }: { readonly code?: ProblemCode } & Pick<ProblemOptions, 'issuesIn'> = {},
): HttpProblem {
  const named = issues.slice(0, MOST_ISSUES).map((issue) => ({ ...issue, message: shortened(issue.message) }))
  const [first, ...others] = named
  const more = others.length > 0 ? ` (and ${issues.length > named.length ? 'many' : others.length} more)` : ''
  const detail = first ? `${pathOf(first.path)}: ${first.message}${more}.` : 'The input is invalid.'
  return new HttpProblem(code, detail, { ...options, issues: named })
}

/** More are not named: an answer must not become many times as large as the request that it refuses. */
export const MOST_ISSUES = 100

/** A message may repeat what was given. */
const shortened = (message: string): string => (message.length > 500 ? `${message.slice(0, 499)}…` : message)

/** An error of a video as the reason why there is no text of it, or no list of its tracks. */
export const problemOfRecord = (
  { code, message, hint, retryable, retryAt }: ErrorRecord,
  members: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpProblem =>
  new HttpProblem(code, message, {
    hint,
    headers,
    members: { ...members, retryable, retry_at: retryAt?.toISOString() ?? null },
  })

/** Which answer it belongs to. */
export interface ProblemContext {
  readonly requestId: string
  readonly method: string
  readonly jobId?: string | undefined
}

export function problemAnswer({ code, message, options }: HttpProblem, context: ProblemContext): Answer {
  const { requestId, method, jobId } = context
  const { issuesIn = method === 'POST' ? 'body' : 'query' } = options
  const { headers, hint = hintOf(code), issues, members, type = typeOf(code) } = options
  const body = JSON.stringify({
    type,
    title: titleOf(code),
    status: statusOf(code),
    detail: message,
    instance: UUID.test(requestId) ? `urn:uuid:${requestId}` : `urn:request-id:${requestId}`,
    code,
    hint,
    ...(issues && { errors: issues.map((issue) => errorItem(issue, issuesIn)) }),
    ...(jobId !== undefined && { job_id: jobId }),
    ...members,
  })
  return text(body, {
    status: statusOf(code),
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}

const FAULT = 'Something went wrong on our side. The id of this request leads to the cause in our logs.'
const AWAY = 'The storage cannot be used at the moment. Nothing of this request was lost or done by halves.'
const TRY_AGAIN = 'Send the request again in a few seconds; with an Idempotency-Key a submission is never made twice.'

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

const isAway = (code: ProblemCode): boolean => code === 'storage_unavailable' || code === 'storage_incompatible'

/** In a body, `pointer` is for programs (RFC 6901, as a URI fragment) and `path` for people. */
const errorItem = ({ path, code, message }: InputIssue, place: InputPlace) => ({
  in: place,
  ...(place === 'body' && { pointer: `#${path.map((key) => `/${pointerPart(key)}`).join('')}` }),
  path: place === 'header' ? path.join('') : pathOf(path),
  code,
  detail: message,
})

const pointerPart = (key: string | number): string =>
  encodeURIComponent(wellFormed(String(key)).replaceAll('~', '~0').replaceAll('/', '~1'))

/** Half a surrogate pair, which JSON can write, is no part of a URI. */
const wellFormed = (text: string): string => Buffer.from(text).toString()
