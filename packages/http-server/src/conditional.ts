// Answers that need not be sent again. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
import type { ApiRequest } from './api-request.ts'

/**
 * Whether the client has this answer already. Compared weakly, as `If-None-Match` always is.
 *
 * @param etag - Of the answer that would be sent, with its quotes and `W/`.
 */
export function isFresh(request: ApiRequest, etag: string): boolean {
  const condition = request.headers.get('if-none-match')
  if (condition === null) return false
  if (condition.trim() === '*') return true
  const opaque = opaqueOf(etag)
  return (condition.match(ENTITY_TAG) ?? []).some((tag) => opaqueOf(tag) === opaque)
}

/** Of what may change in its writing and still say the same. */
export const weakEtag = (...parts: readonly (string | number)[]): string => `W/"${parts.join('-')}"`

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

const opaqueOf = (tag: string): string => tag.replace(/^W\//, '')
