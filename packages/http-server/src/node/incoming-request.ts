// A request of Node's as the web's Request.
import { HttpProblem } from '../problem.ts'
import type { NodeRequest } from './node-request.ts'
import { bodyOf } from './request-body.ts'

export interface IncomingOptions {
  /** Called before the body is read: a client may be waiting to be asked for it. */
  readonly onBodyWanted: () => void
}

/**
 * Makes the Request. The path is the one that the client asked for, so that a mount of Express and a `basePath` agree.
 *
 * @throws {HttpProblem} `malformed_request`, `method_not_allowed`; a plain error when a body parser has left nothing of
 *   the body.
 */
export function incomingRequest(message: NodeRequest, { onBodyWanted }: IncomingOptions): IncomingRequest {
  const method = message.method ?? 'GET'
  if (UNSUPPORTED.has(method)) throw unsupported(method)
  const headers = headersOf(message)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? bodyOf(message, { headers, onBodyWanted }) : undefined
  return new IncomingRequest(urlOf(message, headers), {
    method,
    headers,
    ...(body !== undefined && { body, duplex: 'half' }),
  })
}

/**
 * A Request whose signal is made when it is first asked for: making one costs more than all the rest, and most requests
 * are answered before anybody could go away. (The signal of a copy, as `new Request(request)` makes it, is another one.)
 */
export class IncomingRequest extends Request {
  readonly #abort: { controller?: AbortController; reason?: Error } = {}

  static {
    // The compiler knows `signal` as a property, which no accessor may override; it is one of the prototype.
    Object.defineProperty(this.prototype, 'signal', {
      get(this: IncomingRequest) {
        return this.#signal()
      },
    })
  }

  /** Says that nobody waits for the answer any more. */
  abort(reason: Error): void {
    this.#abort.reason = reason
    this.#abort.controller?.abort(reason)
  }

  #signal(): AbortSignal {
    this.#abort.controller ??= new AbortController()
    if (this.#abort.reason) this.#abort.controller.abort(this.#abort.reason)
    return this.#abort.controller.signal
  }
}

/** Request refuses them too. https://fetch.spec.whatwg.org/#forbidden-method */
const UNSUPPORTED = new Set(['CONNECT', 'TRACE', 'TRACK'])

const unsupported = (method: string): HttpProblem =>
  new HttpProblem('method_not_allowed', `${method} is not served here.`, {
    headers: { allow: 'GET, HEAD, POST, DELETE, OPTIONS' },
  })

function headersOf({ rawHeaders }: NodeRequest): Headers {
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    append(headers, rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  return headers
}

function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value)
  } catch (cause) {
    throw new HttpProblem('malformed_request', 'A header of the request cannot be read.', { cause })
  }
}

function urlOf(message: NodeRequest, headers: Headers): string {
  const target = message.originalUrl ?? message.url ?? '/'
  // RFC 9112, section 3.2.2: the target of a request to a proxy, which counts more than Host.
  if (/^https?:\/\//i.test(target)) return absoluteUrl(target)
  const scheme = 'encrypted' in message.socket ? 'https' : 'http'
  const host = headers.get('host') ?? 'localhost'
  const path = target.startsWith('/') ? target : '/'
  const origin = PLAIN_HOST.test(host) ? `${scheme}://${host}` : originOf(`${scheme}://${host}`)
  return parsable(origin + path)
}

/** Nearly every Host: it can be nothing but a host, where it makes a URL at all (`256.0.0.1` and `xn--a` make none). */
const PLAIN_HOST = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,4})?$/i

/** Of a Host that may be one (IPv6, other scripts) or more than one (a path, a user; two joined by a comma make none). */
function originOf(url: string): string {
  const { origin, pathname, search, hash, username, password } = new URL(parsable(url))
  if (pathname + search + hash + username + password !== '/') throw badTarget()
  return origin
}

/** A Request takes no user and no password, and RFC 9110, section 4.2.4, none from an untrusted source. */
function absoluteUrl(url: string): string {
  const { username, password } = new URL(parsable(url))
  if (username + password !== '') throw badTarget()
  return url
}

function parsable(url: string): string {
  if (URL.canParse(url)) return url
  throw badTarget()
}

const badTarget = (): HttpProblem =>
  new HttpProblem('malformed_request', 'The Host and the target of the request make no URL.')
