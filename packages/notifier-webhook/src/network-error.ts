// What went wrong on the way to a receiver, in words. Neither addresses nor anything of the URL is in them.
import { DeadlineError } from './deadline.ts'

/** The code of an error of the network, the resolver, TLS or the parser of answers. */
export function networkCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return isFaultOfOurs(error.code) ? undefined : error.code
}

export const isTimeout = (error: unknown): error is DeadlineError => error instanceof DeadlineError

/** @returns `undefined` for what is no failure of the network: a fault of ours. */
export function reasonOf(error: unknown): string | undefined {
  if (isTimeout(error)) return `The receiver gave ${error.message}.`
  const code = networkCodeOf(error)
  return code && `${wordsFor(code)} (${code}).`
}

// Arguments that Node.js does not take: https://nodejs.org/api/errors.html
const isFaultOfOurs = (code: string): boolean => /^ERR_(INVALID|MISSING|OUT_OF_RANGE|HTTP_INVALID|UNESCAPED)/.test(code)

function wordsFor(code: string): string {
  const [, words] = WORDS.find(([codes]) => codes.test(code)) ?? []
  return words ?? 'The receiver could not be reached'
}

const WORDS: readonly (readonly [codes: RegExp, words: string])[] = [
  [/^(ENOTFOUND|ENODATA)$/, 'The name of the receiver does not resolve; check the URL'],
  [/^(EAI_|ESERVFAIL|EREFUSED|ETIMEOUT|EDNS)/, 'The name of the receiver could not be resolved'],
  [/^ECONNREFUSED$/, 'Nobody listens where the receiver should be'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'There is no way to the network of the receiver'],
  [/^ETIMEDOUT$/, 'The receiver did not take the connection in time'],
  [/^(ECONNRESET|EPIPE)$/, 'The receiver closed the connection without an answer'],
  [/^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/, 'The certificate is not accepted'],
  [/^(ERR_SSL|ERR_TLS|EPROTO)/, 'The receiver does not speak TLS as it should'],
  [/^HPE_/, 'The answer is not valid HTTP'],
]
