// The body of a request as JSON: bounded, and refused before it is read where that is possible.
import type { ApiRequest } from './api-request.ts'
import { HttpProblem } from './problem.ts'

export interface BodyOptions {
  readonly maxBytes: number
}

/**
 * Reads the body. What cannot be read at all is 400 or 415; whether it says something that can be done is for a schema.
 *
 * @returns `undefined` when there is none.
 * @throws {HttpProblem} `unsupported_media_type`, `payload_too_large`, `malformed_request`
 */
export async function readJsonBody(request: ApiRequest, { maxBytes }: BodyOptions): Promise<unknown> {
  // A plain error: it is the host that has to be mended, which gives the body away before it asks us.
  if (request.bodyUsed) throw new Error('The body of the request was read before the API was asked.')
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > maxBytes) throw tooLarge(maxBytes)
  if (!request.body) return undefined
  if (declared > 0) checkType(request)
  const bytes = await readBytes(request, { maxBytes })
  if (bytes.length === 0) return undefined
  checkType(request)
  return parse(decode(bytes))
}

function checkType({ headers }: ApiRequest): void {
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity')
    throw new HttpProblem('unsupported_media_type', `Bodies in the encoding ${quoted(encoding)} are not read here.`, {
      hint: 'Send the body as it is, without a Content-Encoding.',
      // RFC 9110, section 12.5.3: what would have been read.
      headers: { 'accept-encoding': 'identity' },
    })
  const type = headers.get('content-type')
  if (type === null) throw notJson('The body has no Content-Type')
  const [name = '', ...parameters] = type.split(';').map((part) => part.trim().toLowerCase())
  if (!/^application\/(json|[\w.-]+\+json)$/.test(name)) throw notJson(`The body is ${quoted(type)}`)
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  if (charset !== undefined && !/^"?utf-?8"?$/.test(charset)) throw notJson(`The body is in ${quoted(charset)}`)
}

const notJson = (found: string): HttpProblem =>
  new HttpProblem('unsupported_media_type', `${found}; JSON in UTF-8 is read here.`)

const quoted = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text)

async function readBytes(request: ApiRequest, { maxBytes }: BodyOptions): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the stream: nothing more is taken from the client.
  for await (const chunk of bytesOf(request.body)) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const [first] = chunks
  return chunks.length === 1 && first ? first : Buffer.concat(chunks, length)
}

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    // Whoever sent half a body is gone, or has lost count of its length.
    throw new HttpProblem('malformed_request', 'The body ended before its end.', { cause })
  }
}

const tooLarge = (maxBytes: number): HttpProblem =>
  new HttpProblem('payload_too_large', `The body is larger than the ${maxBytes} bytes that are read here.`)

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new HttpProblem('malformed_request', 'The body is not UTF-8.', { cause })
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : ''
    throw new HttpProblem('malformed_request', `The body is not JSON: ${reason}.`, { cause })
  }
}
