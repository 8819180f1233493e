// The body of a request of Node's, also when a body parser has been there first.
import type { IncomingMessage } from 'node:http'
import type { NodeRequest } from './node-request.ts'

type Body = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string

export interface BodyParts {
  /** Of the request. What a body parser made untrue is corrected. */
  readonly headers: Headers
  /** Called before the first byte is read. */
  readonly onBodyWanted: () => void
}

/**
 * The body as it can still be had: read from the connection as it is asked for, or written again from what a body parser
 * has made of it.
 *
 * @throws an `Error` for the host when a parser has read the body and kept nothing that it can be written again from.
 */
export function bodyOf(message: NodeRequest, parts: BodyParts): Body | undefined {
  if (message.readableDidRead) return rewritten(message, parts.headers)
  const isEmpty = !parts.headers.has('transfer-encoding') && (parts.headers.get('content-length') ?? '0') === '0'
  return isEmpty ? undefined : streamOf(message, parts)
}

function rewritten({ body }: NodeRequest, headers: Headers): Body {
  const text = textOf(body, headers.get('content-type') ?? '')
  if (text === undefined) throw new Error(LOST)
  // They were of the body as it came over the wire.
  headers.delete('content-encoding')
  headers.delete('transfer-encoding')
  headers.set('content-length', String(Buffer.byteLength(text)))
  return text
}

const LOST =
  'The body of the request was read before the API was asked, and cannot be written again. ' +
  'Mount the API before the body parser, or let the parser leave JSON in `request.body`.'

function textOf(body: unknown, type: string): string | Uint8Array<ArrayBuffer> | undefined {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return new Uint8Array(body)
  if (body === undefined || body === null) return undefined
  // A form is refused for its type, whatever it says.
  return /\bjson\b/i.test(type) || /^application\/x-www-form-urlencoded\b/i.test(type)
    ? JSON.stringify(body)
    : undefined
}

/** Reads from the connection what is asked for and no more, so that a body nobody reads stays with the client. */
function streamOf(message: IncomingMessage, { onBodyWanted }: BodyParts): ReadableStream<Uint8Array> {
  const chunks = message.iterator({ destroyOnReturn: false })
  let begun = false

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!begun) onBodyWanted()
        begun = true
        const next: IteratorResult<unknown> = await chunks.next()
        if (next.done === true) controller.close()
        else if (next.value instanceof Uint8Array) controller.enqueue(next.value)
        else throw new TypeError('The connection was set to give text instead of bytes.')
      },
      async cancel() {
        await chunks.return?.()
        // What is left is thrown away as it comes, so that the answer can be read by who is still sending.
        message.resume()
      },
    },
    { highWaterMark: 0 },
  )
}
