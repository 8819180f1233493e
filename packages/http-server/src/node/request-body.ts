// The body of a request of Node's, also when a body parser has been there first.
import type { IncomingMessage } from 'node:http'
import type { NodeRequest } from './node-request.ts'
import type { RawHeaders } from './raw-headers.ts'

export interface BodyParts {
  readonly headers: RawHeaders
  /** Called before the first byte is read. */
  readonly onBodyWanted: () => void
}

/** A body, and the headers that describe it. */
export interface IncomingBody {
  /** Those of the request, where a body parser has not made them untrue. */
  readonly headers: RawHeaders
  /** Reads it, once. What is left when the reading ends early is thrown away. `null` when there is none. */
  readonly bytes: AsyncGenerator<Uint8Array, void> | null
}

/**
 * The body as it can still be had: read from the connection as it is asked for, or written again from what a body parser
 * has made of it.
 *
 * @throws an `Error` for the host when a parser has read the body and kept nothing that it can be written again from.
 */
export function bodyOf(message: NodeRequest, { headers, onBodyWanted }: BodyParts): IncomingBody {
  if (message.readableDidRead) return rewritten(message, headers)
  const isEmpty = !headers.has('transfer-encoding') && (headers.get('content-length') ?? '0') === '0'
  return { headers, bytes: isEmpty ? null : bytesOf(message, onBodyWanted) }
}

function rewritten({ body }: NodeRequest, headers: RawHeaders): IncomingBody {
  const text = textOf(body, headers.get('content-type') ?? '')
  if (text === undefined) throw new Error(LOST)
  const bytes = Buffer.from(text)
  // They were of the body as it came over the wire.
  const untrue = ['content-encoding', 'transfer-encoding', 'content-length']
  return { headers: headers.replaced(untrue, ['content-length', String(bytes.length)]), bytes: once(bytes) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

const LOST =
  'The body of the request was read before the API was asked, and cannot be written again. ' +
  'Mount the API before the body parser, or let the parser leave JSON in `request.body`.'

function textOf(body: unknown, type: string): string | Uint8Array | undefined {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return body
  if (body === undefined || body === null) return undefined
  // A form is refused for its type, whatever it says.
  return /\bjson\b/i.test(type) || /^application\/x-www-form-urlencoded\b/i.test(type)
    ? JSON.stringify(body)
    : undefined
}

/** Reads from the connection what is asked for and no more, so that a body nobody reads stays with the client. */
async function* bytesOf(message: IncomingMessage, onBodyWanted: () => void): AsyncGenerator<Uint8Array, void> {
  onBodyWanted()
  const chunks: AsyncIterable<unknown> = message.iterator({ destroyOnReturn: false })
  try {
    for await (const chunk of chunks) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('The connection was set to give text instead of bytes.')
      yield chunk
    }
  } finally {
    // What is left is thrown away as it comes, so that the answer can be read by who is still sending.
    message.resume()
  }
}

/** The body of a Request of the web. */
export const bodyStream = (bytes: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await bytes.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await bytes.return()
      },
    },
    { highWaterMark: 0 },
  )
