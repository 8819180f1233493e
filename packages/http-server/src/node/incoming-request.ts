// A request of Node's as the API reads it.
import type { ApiRequest } from '../api-request.ts'
import { HttpProblem } from '../problem.ts'
import type { NodeRequest } from './node-request.ts'
import { RawHeaders } from './raw-headers.ts'
import { bodyOf, bodyStream, type IncomingBody } from './request-body.ts'

export interface IncomingOptions {
  /** Called before the body is read: a client may be waiting to be asked for it. */
  readonly onBodyWanted: () => void
}

/**
 * A request of Node's as the API reads it. The path is the one that the client asked for, so that a mount of Express and a
 * `basePath` agree.
 *
 * Its signal is made when it is first asked for, and so is a whole Request: each costs more than all the rest, and most
 * requests are answered without.
 */
export class IncomingRequest implements ApiRequest {
  readonly method: string
  readonly url: string
  readonly headers: RawHeaders
  readonly #bytes: IncomingBody['bytes']
  #controller: AbortController | undefined
  #gone: Error | undefined
  #web: Request | undefined

  /**
   * @throws {HttpProblem} `malformed_request`, `method_not_allowed`; a plain error when a body parser has left nothing of
   *   the body.
   */
  constructor(message: NodeRequest, { onBodyWanted }: IncomingOptions) {
    this.method = message.method ?? 'GET'
    if (UNSUPPORTED.has(this.method)) throw unsupported(this.method)
    const sent = new RawHeaders(message.rawHeaders)
    this.url = urlOf(message, sent)
    const hasBody = this.method !== 'GET' && this.method !== 'HEAD'
    const { headers, bytes } = hasBody
      ? bodyOf(message, { headers: sent, onBodyWanted })
      : { headers: sent, bytes: null }
    this.headers = headers
    this.#bytes = bytes
  }

  get body(): AsyncIterable<Uint8Array> | null {
    return this.#web ? this.#web.body : this.#bytes
  }

  get bodyUsed(): boolean {
    return this.#web?.bodyUsed ?? false
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#gone) this.#controller.abort(this.#gone)
    return this.#controller.signal
  }

  /** Says that nobody waits for the answer any more. */
  abort(reason: Error): void {
    this.#gone = reason
    this.#controller?.abort(reason)
  }

  /** The same request as one of the web, which has its body from now on. @throws {HttpProblem} `malformed_request` */
  toWeb(): Request {
    this.#web ??= new WebRequest(this, {
      method: this.method,
      headers: this.headers.toHeaders(),
      ...(this.#bytes && { body: bodyStream(this.#bytes), duplex: 'half' }),
    })
    return this.#web
  }
}

/** A Request with the signal of another one. (That of a copy, as `new Request(request)` makes it, is its own.) */
class WebRequest extends Request {
  readonly #incoming: IncomingRequest

  static {
    // The compiler knows `signal` as a property, which no accessor may override; it is one of the prototype.
    Object.defineProperty(this.prototype, 'signal', {
      get(this: WebRequest) {
        return this.#incoming.signal
      },
    })
  }

  constructor(incoming: IncomingRequest, init: RequestInit) {
    super(incoming.url, init)
    this.#incoming = incoming
  }
}

/** Request refuses them too. https://fetch.spec.whatwg.org/#forbidden-method */
const UNSUPPORTED = new Set(['CONNECT', 'TRACE', 'TRACK'])

const unsupported = (method: string): HttpProblem =>
  new HttpProblem('method_not_allowed', `${method} is not served here.`, {
    headers: { allow: 'GET, HEAD, POST, DELETE, OPTIONS' },
  })

function urlOf(message: NodeRequest, headers: RawHeaders): string {
  const target = message.originalUrl ?? message.url ?? '/'
  // RFC 9112, section 3.2.2: the target of a request to a proxy, which counts more than Host.
  if (/^https?:\/\//i.test(target)) return absoluteUrl(target)
  const scheme = 'encrypted' in message.socket ? 'https' : 'http'
  const host = headers.get('host') ?? 'localhost'
  const path = target.startsWith('/') ? target : '/'
  const origin = PLAIN_HOST.test(host) ? `${scheme}://${host}` : originOf(`${scheme}://${host}`)
  return parsed(origin + path).href
}

/** Nearly every Host: it can be nothing but a host, where it makes a URL at all (`256.0.0.1` and `xn--a` make none). */
const PLAIN_HOST = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,4})?$/i

/** Of a Host that may be one (IPv6, other scripts) or more than one (a path, a user; two joined by a comma make none). */
function originOf(url: string): string {
  const { origin, pathname, search, hash, username, password } = parsed(url)
  if (pathname + search + hash + username + password !== '/') throw badTarget()
  return origin
}

/** A Request takes no user and no password, and RFC 9110, section 4.2.4, none from an untrusted source. */
function absoluteUrl(url: string): string {
  const { username, password, href } = parsed(url)
  if (username + password !== '') throw badTarget()
  return href
}

function parsed(url: string): URL {
  try {
    return new URL(url)
  } catch (cause) {
    throw badTarget(cause)
  }
}

const badTarget = (cause?: unknown): HttpProblem =>
  new HttpProblem('malformed_request', 'The Host and the target of the request make no URL.', { cause })
