// An answer, written to a connection of Node's.
import type { ServerResponse } from 'node:http'

/** What is to be written: an answer of ours, or a Response of the web taken apart. */
export interface OutgoingAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | ReadableStream<Uint8Array> | null
}

export interface WriteOptions {
  /** Whether the request was a HEAD: the answer has no body then. */
  readonly isHead: boolean
}

/**
 * Writes the answer, no faster than the client takes it. Resolves when it has been handed over, or when the client has
 * gone: the body is cancelled then. A body that fails cuts the connection, so that the client does not take a part for
 * the whole; whoever makes the body tells of its failure.
 */
export async function writeAnswer(
  { status, headers, body }: OutgoingAnswer,
  to: ServerResponse,
  { isHead }: WriteOptions,
): Promise<void> {
  const stream = typeof body === 'string' ? null : body
  if (to.destroyed) return stream?.cancel()
  to.writeHead(status, headers)
  if (isHead || !stream) {
    // With its head in one write.
    to.end(isHead ? null : body)
    return stream?.cancel()
  }
  const length = headers['content-length']
  // The head of a stream goes out before its first piece: who waits for events wants to know that they will come.
  if (length === undefined) to.flushHeaders()
  return writeBody(stream.getReader(), to, { length: length === undefined ? undefined : Number(length) })
}

export const outgoing = ({ status, headers, body }: Response): OutgoingAnswer => ({
  status,
  headers: nodeHeaders(headers),
  body,
})

function nodeHeaders(headers: Headers): Record<string, string | string[]> {
  const plain: Record<string, string | string[]> = {}
  for (const [name, value] of headers) if (!OF_THE_CONNECTION.has(name)) plain[name] = value
  if ('set-cookie' in plain) plain['set-cookie'] = headers.getSetCookie()
  return plain
}

/** Whether a connection is kept is not for the answer to say: that is between its two ends. RFC 9110, section 7.6.1. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade'])

type BodyReader = ReadableStreamDefaultReader<Uint8Array>

async function writeBody(
  reader: BodyReader,
  to: ServerResponse,
  /** What the answer has announced, in bytes. */
  { length }: { readonly length: number | undefined },
): Promise<void> {
  let cancelled: Promise<void> | undefined
  const cancel = (): void => void (cancelled = reader.cancel())
  to.once('close', cancel)
  try {
    for (;;) {
      const { done, value } = await readOrCut(reader, to)
      if (to.destroyed) break
      if (done) {
        to.end()
        break
      }
      // All of it, and so in one write with the head.
      if (value.byteLength === length) {
        to.end(value)
        break
      }
      if (!to.write(value)) await drainedOrClosed(to)
    }
  } finally {
    to.off('close', cancel)
  }
  await cancelled
}

async function readOrCut(reader: BodyReader, to: ServerResponse): ReturnType<BodyReader['read']> {
  try {
    return await reader.read()
  } catch {
    to.destroy()
    return { done: true, value: undefined }
  }
}

function drainedOrClosed(to: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      to.off('drain', go)
      to.off('close', go)
      resolve()
    }
    to.once('drain', go)
    to.once('close', go)
  })
}
