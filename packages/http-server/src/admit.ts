// Who may pass: first the key, then the limit. A right key is never refused for wrong ones.
import { DEFAULT_OWNER } from '@ytscriptify/core'
import { readsHeaders, type Authenticator, type Caller, type NoCaller } from './authenticate.ts'
import type { Exchange } from './exchange.ts'
import { HttpProblem } from './problem.ts'
import type { LimitVerdict, RequestLimits } from './rate-limit/rate-limits.ts'
import type { Route } from './route.ts'

export interface AdmitParts {
  readonly authenticate: Authenticator
  readonly limits?: RequestLimits
  readonly onFault: (error: unknown) => void
}

/** @throws {HttpProblem} `unauthorized`, `rate_limited` */
export async function admit(route: Route, exchange: Exchange, parts: AdmitParts): Promise<Caller> {
  if (isOpen(route, exchange)) return NOBODY
  const { authenticate, limits } = parts
  const caller = await (readsHeaders(authenticate)
    ? authenticate(exchange.request)
    : authenticate(exchange.webRequest()))
  if (typeof caller === 'string') throw await refused(caller, exchange, parts)
  const { owner } = caller
  // Without an owner, the service would show the jobs of all.
  if (typeof owner !== 'string' || owner === '')
    throw new TypeError('The authenticator gave a caller without an owner.')
  exchange.owner = owner
  if (!limits) return { owner }
  const verdict = await limits.take({
    method: route.method,
    route: route.path,
    submits: route.submits ?? false,
    caller: owner,
  })
  checkVerdict(verdict, exchange, parts)
  return { owner }
}

const isOpen = ({ open }: Route, { request }: Exchange): boolean =>
  typeof open === 'function' ? open(request) : open === true

/** Whom open routes are answered. They tell nothing of jobs, so it does not matter whose they would be. */
const NOBODY: Caller = { owner: DEFAULT_OWNER }

async function refused(reason: NoCaller, exchange: Exchange, parts: AdmitParts): Promise<HttpProblem> {
  if (reason === 'wrong' && parts.limits)
    checkVerdict(await parts.limits.takeWrongKey(exchange.address), exchange, parts)
  const { detail, error } = REFUSALS[reason]
  return new HttpProblem('unauthorized', detail, {
    hint: 'Send a valid API key, in the header X-API-Key or as Authorization: Bearer.',
    // RFC 9110, section 15.5.2 wants a challenge; there is no registered scheme for a key in a header of its own.
    headers: { 'www-authenticate': `Bearer realm="ytscriptify"${error}, ApiKey realm="ytscriptify"` },
  })
}

/** The errors are those of RFC 6750, section 3.1, which has none for a request without a key. */
const REFUSALS = {
  missing: { detail: 'The request has no API key.', error: '' },
  wrong: { detail: 'This API key is not known here.', error: ', error="invalid_token"' },
  ambiguous: {
    detail: 'The request has two API keys, and they differ: one in X-API-Key, one in Authorization.',
    error: ', error="invalid_request"',
  },
} as const satisfies Record<NoCaller, { readonly detail: string; readonly error: string }>

function checkVerdict(verdict: LimitVerdict, exchange: Exchange, { onFault }: AdmitParts): void {
  const { allowed, headers, violated } = verdict
  if (verdict.fault !== undefined) onFault(verdict.fault)
  exchange.limitHeaders = headers
  if (allowed) return
  throw new HttpProblem('rate_limited', `The limit ${violated.map((name) => `"${name}"`).join(' and ')} is used up.`, {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    members: { 'violated-policies': violated },
  })
}
