// Who is asking. Keys are compared by their digests, all of them each time, so that an answer's time tells nothing of any.
import { createHash, timingSafeEqual } from 'node:crypto'
import { DEFAULT_OWNER } from '@ytscriptify/core'
import type { ApiRequest } from './api-request.ts'

/** Somebody who may use the API. */
export interface Caller {
  /** Whose jobs they see and make. */
  readonly owner: string
}

/** Why a request has no caller: it brought no key, one that is not known here, or two that differ. */
export type NoCaller = 'missing' | 'wrong' | 'ambiguous'

/**
 * Finds out who is asking. Of an address that keeps asking with `'wrong'` keys no more are looked at for a while, where
 * the handler has limits.
 */
export type Authenticator = (request: Request) => Caller | NoCaller | Promise<Caller | NoCaller>

/** One that reads nothing but headers: no whole Request is made for it. */
type HeaderAuthenticator = HeaderReader & { readonly [OF_HEADERS]: true }
type HeaderReader = (request: Pick<ApiRequest, 'headers'>) => Caller | NoCaller

const OF_HEADERS = Symbol('of headers')

const ofHeaders = (read: HeaderReader): HeaderAuthenticator => Object.assign(read, { [OF_HEADERS]: true } as const)

export const readsHeaders = (authenticate: Authenticator): authenticate is HeaderAuthenticator =>
  OF_HEADERS in authenticate

/**
 * Reads the header `X-API-Key`, or `Authorization: Bearer` (RFC 6750). Who sends both sends the same key in both. A key in the
 * URL is never accepted: URLs end up in logs and histories.
 *
 * @param keys - For each owner its key: `{ default: process.env.API_KEY }`. Jobs belong to the owner, so a key can be
 *   replaced without losing them.
 * @throws an `Error` when there is no key, one is empty, or two are the same.
 */
export function apiKeys(keys: Readonly<Record<string, string>>): Authenticator {
  const known = Object.entries(keys).map(([owner, key]) => ({ caller: { owner }, digest: digestOf(key) }))
  checkKeys(keys)

  return ofHeaders((request) => {
    const given = givenKey(request)
    if (typeof given !== 'object') return given
    const digest = digestOf(given.key)
    let found: Caller | undefined
    // No early end: the time must not depend on which key it is.
    for (const key of known) if (timingSafeEqual(key.digest, digest)) found = key.caller
    return found ?? 'wrong'
  })
}

/** Everybody is the owner `default`. */
export const everybody: Authenticator = ofHeaders(() => ({ owner: DEFAULT_OWNER }))

function givenKey({ headers }: Pick<ApiRequest, 'headers'>): { readonly key: string } | NoCaller {
  const inHeader = headers.get('x-api-key') ?? ''
  const bearer = bearerToken(headers.get('authorization') ?? '')
  if (inHeader !== '' && bearer !== '' && inHeader !== bearer) return 'ambiguous'
  const key = inHeader || bearer
  return key === '' ? 'missing' : { key }
}

/** Credentials of other schemes are somebody else's, of a proxy say. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const bearerToken = (authorization: string): string => /^bearer +(.*)$/i.exec(authorization)?.[1]?.trim() ?? ''

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest()

function checkKeys(keys: Readonly<Record<string, string>>): void {
  const owners = Object.entries(keys)
  if (owners.length === 0) throw new Error("Give at least one API key, or say auth: 'none'.")
  const ownerOf = new Map<string, string>()
  for (const [owner, key] of owners) {
    if (owner === '' || owner.length > 255) throw new Error('The name of an API key has 1 to 255 characters.')
    if (!/^[\x21-\x7e]+$/.test(key)) throw new Error(`The API key "${owner}" is empty, or not printable ASCII.`)
    const other = ownerOf.get(key)
    if (other !== undefined) throw new Error(`The API keys "${other}" and "${owner}" are the same.`)
    ownerOf.set(key, owner)
  }
}
