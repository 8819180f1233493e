// Where a request ended that nobody answered: by what the network said.
import { isTranscriptionError, type ReachStep } from '@ytscriptify/core'
import { causesOf, codeOf } from './transport.ts'

/** What the system or the library calls it: `ENOTFOUND`. `undefined` when neither has a name for it. */
export const causeOf = (error: unknown): string | undefined =>
  causesOf(error)
    .filter((one) => !isTranscriptionError(one))
    .map(codeOf)
    .find((code) => code !== undefined)

/** @param options.proxy - Host and port of the proxy that it went through. */
export function stepOf(error: unknown, { proxy }: { readonly proxy: string | undefined }): ReachStep {
  const cause = causeOf(error)
  if (cause === undefined) {
    if (isTranscriptionError(error, 'source_timeout')) return 'timeout'
    // The word of a proxy that opens no tunnel has no code.
    return proxy === undefined ? 'connect' : 'proxy'
  }
  if (TLS.test(cause)) return 'tls'
  if (proxy !== undefined && (DNS.test(cause) || CONNECT.test(cause))) return 'proxy'
  if (DNS.test(cause)) return 'dns'
  if (CONNECT.test(cause)) return 'connect'
  return isTranscriptionError(error, 'source_timeout') ? 'timeout' : 'connect'
}

// https://nodejs.org/api/dns.html#error-codes, https://nodejs.org/api/tls.html#x509-certificate-error-codes
const DNS = /^(?:ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/
const TLS = /^(?:CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|HOSTNAME_\w+|EPROTO)$/
const CONNECT =
  /^(?:ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE|ETIMEDOUT|UND_ERR_(?:CONNECT_TIMEOUT|SOCKET|ABORTED))$/
