// What becomes known of a request while it is answered.
import type { Clock } from '@ytscriptify/core'
import type { ApiRequest } from './api-request.ts'
import type { RequestFacts, RequestRecord } from './http-options.ts'
import type { ProblemCode } from './problem-codes.ts'
import { requestIdOf } from './request-id.ts'

export interface Exchange {
  readonly request: ApiRequest
  /** The request as one of the web, for whoever needs all of it. */
  readonly webRequest: () => Request
  readonly requestId: string
  readonly method: string
  readonly address: string | undefined
  readonly closing: AbortSignal | undefined
  route: string
  jobId: string | undefined
  owner: string | undefined
  code: ProblemCode | undefined
  /** What the answer says of limits, whichever answer it is. */
  limitHeaders: Readonly<Record<string, string>>
  /** The request as it has gone. */
  record(status: number): RequestRecord
}

export interface ExchangeParts {
  readonly webRequest: () => Request
  readonly facts: RequestFacts
  readonly clock: Clock
}

export function beginExchange(request: ApiRequest, { webRequest, facts, clock }: ExchangeParts): Exchange {
  const startedAt = clock.monotonic()
  return {
    request,
    webRequest,
    requestId: requestIdOf(request),
    method: request.method,
    address: facts.address,
    closing: facts.closing,
    route: '*',
    jobId: undefined,
    owner: undefined,
    code: undefined,
    limitHeaders: {},
    record(status) {
      const { requestId, method, route, jobId, owner, address, code } = this
      return {
        requestId,
        method,
        route,
        status,
        durationMs: clock.monotonic() - startedAt,
        ...(jobId !== undefined && { jobId }),
        ...(owner !== undefined && { owner }),
        ...(address !== undefined && { address }),
        ...(code !== undefined && { code }),
      }
    },
  }
}
