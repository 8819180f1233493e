// https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07
import type { ApiRequest } from './api-request.ts'
import { invalid } from './problem.ts'

/**
 * The key of a request that may be sent again. The draft writes it as a quoted string; the plain word that everybody
 * sends is the same key.
 *
 * @throws {HttpProblem} `invalid_input`
 */
export function idempotencyKeyOf(request: ApiRequest): string | undefined {
  const given = request.headers.get('idempotency-key')
  if (given === null) return undefined
  const key = /^"(.*)"$/.exec(given)?.[1] ?? given
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key
  const message = 'A key has 1 to 255 characters of printable ASCII'
  throw invalid([{ path: ['Idempotency-Key'], code: 'invalid_input', message }], { issuesIn: 'header' })
}
