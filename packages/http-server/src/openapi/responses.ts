// The parts that the descriptions of routes are put together from.
import type { RouteConfig } from '@hono/zod-openapi'
import type { z } from 'zod'
import { statusOf, type ProblemCode } from '../problem-codes.ts'
import { problem } from '../schemas/problem.ts'

type Responses = RouteConfig['responses']
type Header = Readonly<{ description: string; schema: Readonly<Record<string, unknown>>; required?: boolean }>
type Headers = Record<string, Header>

const textHeader = (description: string, required = false): Header => ({
  description,
  schema: { type: 'string' },
  ...(required && { required }),
})

/** Headers that answers share, by the names they are declared under. */
export const HEADERS = {
  requestId: { 'X-Request-Id': textHeader('Names the request, in our logs too.', true) },
  limits: {
    'RateLimit-Policy': textHeader('The limits of this route: draft-ietf-httpapi-ratelimit-headers.'),
    RateLimit: textHeader('What is left of them.'),
  },
  retryAfter: { 'Retry-After': { description: 'In seconds.', schema: { type: 'integer', minimum: 0 } } },
  location: { Location: textHeader('Where the job is.', true) },
  replayed: { 'Idempotency-Replayed': textHeader('`true` when the key was used before: this is the job of then.') },
  etag: { ETag: textHeader('For If-None-Match.', true) },
  disposition: { 'Content-Disposition': textHeader('A name for the file, where the answer is text.') },
  waited: { 'Preference-Applied': textHeader('`wait`, where it was preferred (RFC 7240).') },
  unbuffered: { 'X-Accel-Buffering': textHeader('`no`: proxies must not keep events back.') },
  link: { Link: textHeader('`rel="next"`: the next page (RFC 8288).') },
  allow: { Allow: textHeader('The methods of this path.', true) },
  encoding: { 'Accept-Encoding': textHeader('What would have been read, where an encoding is refused.') },
  challenge: { 'WWW-Authenticate': textHeader('Where the key belongs.', true) },
} as const satisfies Record<string, Headers>

export interface ResponseParts {
  readonly description: string
  readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>
  readonly headers?: Headers
}

/** An answer that has a body. */
export const response = ({ description, content, headers }: ResponseParts): Responses[string] => ({
  description,
  headers: { ...HEADERS.requestId, ...HEADERS.limits, ...headers },
  content,
})

export const jsonOf = (schema: z.ZodType): ResponseParts['content'] => ({ 'application/json': { schema } })

/** The answer to If-None-Match when nothing has changed. */
export const unchanged: Responses[string] = {
  description: 'Nothing has changed.',
  headers: { ...HEADERS.requestId, ...HEADERS.limits, ...HEADERS.etag, ...HEADERS.retryAfter, ...HEADERS.waited },
}

/** The problems of a route that needs a key, by status. */
export const keyedProblems = (...codes: readonly ProblemCode[]): Responses =>
  problems('unauthorized', 'rate_limited', 'internal', 'storage_unavailable', ...codes)

/** Problems by status, each with the codes that it may carry. */
export function problems(...codes: readonly ProblemCode[]): Responses {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.map((name) => `\`${name}\``).join(', '),
        headers: { ...HEADERS.requestId, ...HEADERS.limits, ...headersOfStatus(status) },
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  )
}

function headersOfStatus(status: number): Headers {
  if (status === 401) return HEADERS.challenge
  if (status === 415) return HEADERS.encoding
  if (status === 409 || status === 429 || status === 503) return HEADERS.retryAfter
  return {}
}
