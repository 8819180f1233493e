// A request of Node's as the web's Request.
import type { IncomingMessage } from 'node:http'
import { HttpProblem } from '../problem.ts'
import { bodyOf } from './request-body.ts'

/** What frameworks leave on a request of Node's. */
export interface NodeRequest extends IncomingMessage {
  /** Express: the target before the path of a mount was cut off. */
  readonly originalUrl?: string
  /** What a body parser has made of the body. */
  readonly body?: unknown
}

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
  if (/^https?:\/\//i.test(target)) return checkedUrl(target)
  const scheme = 'encrypted' in message.socket ? 'https' : 'http'
  const host = headers.get('host') ?? 'localhost'
  const path = target.startsWith('/') ? target : '/'
  if (PLAIN_HOST.test(host)) return `${scheme}://${host}${path}`
  const { host: parsed, pathname, search, hash, username, password } = new URL(checkedUrl(`${scheme}://${host}`))
  if (pathname + search + hash + username + password !== '/') throw badTarget()
  return `${scheme}://${parsed}${path}`
}

/** Nearly every Host; of two, joined by a comma, nothing makes a URL. What else may be one (IPv6, other scripts) is left to the URL parser. */
const PLAIN_HOST = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,4})?$/i

function checkedUrl(url: string): string {
  if (URL.canParse(url)) return url
  throw badTarget()
}

const badTarget = (): HttpProblem =>
  new HttpProblem('malformed_request', 'The Host and the target of the request make no URL.')
