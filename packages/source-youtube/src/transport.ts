// The one way to YouTube: every request has a time limit, a size limit and an end when nobody wants it any more.
import { TranscriptionError, isTranscriptionError, type Clock } from '@ytscriptify/core'
import { withDeadline } from './deadline.ts'
import { assertSuccess, type AnswerHead } from './http-answer.ts'

/** What the transport needs of a `fetch`, so that any will do. */
export type Send = (url: URL, init: SentRequest) => Promise<ReceivedAnswer>

export interface SentRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body?: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface ReceivedAnswer extends AnswerHead {
  readonly body: ReadableStream<Uint8Array> | null
}

export interface TransportOptions {
  readonly send: Send
  /** Host and port of the proxy that it goes through. */
  readonly proxy?: string | undefined
  /** Where requests go instead of to YouTube. */
  readonly baseUrl: URL | undefined
  readonly timeoutMs: number
  readonly maxBodyBytes: number
  readonly clock: Clock
}

export interface YouTubeRequest {
  /** What it asks for, in words for messages: `the player call for VIDEO`. */
  readonly subject: string
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What HTTP 404 means here. @default `source_request_failed` */
  readonly notFound?: () => TranscriptionError
  readonly signal: AbortSignal
}

/** Gives the body of a successful answer. */
export type Transport = (request: YouTubeRequest) => Promise<string>

export const YOUTUBE_ORIGIN = 'https://www.youtube.com'

/**
 * @returns a function that throws `source_timeout`, `source_unreachable`, the errors of {@link assertSuccess}, or the
 *   reason of the request's signal.
 */
export function createTransport(options: TransportOptions): Transport {
  const { send, proxy, baseUrl, timeoutMs, maxBodyBytes, clock } = options

  async function exchange(request: YouTubeRequest, signal: AbortSignal): Promise<string> {
    const { subject, method = 'GET', headers, body, notFound } = request
    const response = await send(routed(request.url, baseUrl), {
      method,
      headers: { 'accept-language': 'en-US,en;q=0.9', ...headers },
      ...(body !== undefined && { body }),
      // Followed, a redirect could leave the origin that all traffic was sent to; unfollowed, it says why it is one.
      redirect: 'manual',
      signal,
    })
    try {
      assertSuccess(response, { subject, now: clock.now(), notFound })
    } catch (error) {
      discard(response.body)
      throw error
    }
    return readText(response, { subject, maxBodyBytes, signal })
  }

  return async (request) => {
    const { signal, subject } = request
    const onTimeout = (): Error =>
      new TranscriptionError('source_timeout', `YouTube did not answer ${subject} within ${timeoutMs} ms.`)
    const ask = async (inner: AbortSignal): Promise<string> => {
      try {
        return await exchange(request, inner)
      } catch (error) {
        throw isTranscriptionError(error) ? error : networkError(error, { subject, proxy })
      }
    }
    return withDeadline(ask, { timeoutMs, signal, clock, onTimeout })
  }
}

function routed(url: URL, baseUrl: URL | undefined): URL {
  if (!baseUrl) return url
  return new URL(baseUrl.pathname.replace(/\/$/, '') + url.pathname + url.search, baseUrl)
}

interface ReadOptions {
  readonly subject: string
  readonly maxBodyBytes: number
  readonly signal: AbortSignal
}

async function readText({ body }: ReceivedAnswer, { subject, maxBodyBytes, signal }: ReadOptions): Promise<string> {
  if (!body) return ''
  const reader = body.getReader()
  // A fetch that does not listen to its signal leaves us waiting for a chunk: this ends the wait and frees the socket.
  const stop = (): void => discard(reader)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.byteLength
      if (bytes > maxBodyBytes) {
        const message = `YouTube answered ${subject} with more than ${maxBodyBytes} bytes.`
        throw new TranscriptionError('source_request_failed', message)
      }
      text += decoder.decode(chunk.value, { stream: true })
    }
    signal.throwIfAborted()
    return text + decoder.decode()
  } catch (error) {
    stop()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Frees the connection behind a body that nobody reads. Cancelling what has failed before fails again, with no news. */
function discard(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => undefined)
}

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])

/** Whatever a fetch throws. Its message may name addresses and passwords, so only its code is shown. */
function networkError(error: unknown, { subject, proxy }: { subject: string; proxy?: string | undefined }) {
  const causes = causesOf(error)
  const code = causes.map(codeOf).find((one) => one !== undefined)
  const refusal = causes.map(({ message }) => /^Proxy response \((\d{3})\)/.exec(message)?.[1]).find(Boolean)
  const way = proxy === undefined ? '' : ` through the proxy ${proxy}`
  if (code !== undefined && TIMEOUTS.has(code)) {
    const message = `YouTube did not answer ${subject}${way} in time (${code}).`
    return new TranscriptionError('source_timeout', message, { cause: error })
  }
  const why = refusal !== undefined ? ` (HTTP ${refusal} from the proxy)` : code === undefined ? '' : ` (${code})`
  return new TranscriptionError('source_unreachable', `YouTube could not be reached for ${subject}${way}${why}.`, {
    cause: error,
    ...(refusal === '407' && { hint: 'Check the user and the password of the proxy.' }),
  })
}

/** An error and what is behind it: a fetch hides the reason in its cause, and a proxy in the cause of that. */
export function causesOf(error: unknown): Error[] {
  const causes: Error[] = []
  for (let one = error; one instanceof Error && causes.length < 4; one = one.cause) causes.push(one)
  return causes
}

export function codeOf(error: Error): string | undefined {
  if (!('code' in error) || typeof error.code !== 'string') return undefined
  return /^[A-Z_\d]+$/.test(error.code) ? error.code : undefined
}
