// The name of one request, in its answer, in logs and in problems.
import { randomUUID } from 'node:crypto'
import type { ApiRequest } from './api-request.ts'

/** The caller's own `X-Request-Id` where it is sane, so that a chain of services shares one; else a new one. */
export function requestIdOf(request: ApiRequest): string {
  const given = request.headers.get('x-request-id')
  return given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}
