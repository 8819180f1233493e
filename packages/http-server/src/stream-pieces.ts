// A body that is made while it is sent, no faster than the client takes it.

/** Sent at a time, in characters: small enough that a text of megabytes is never copied whole. */
const CHUNK = 64 * 1024

type Pieces = AsyncIterable<string> | Iterable<string>

/**
 * The pieces as a stream of UTF-8. Nothing is made ahead of what is asked for; a client that goes away ends the making.
 *
 * @param onError - Told when the making fails: the head of the answer is out by then, so the client only sees its body
 *   break off.
 */
export const streamOf = (pieces: Pieces, onError: (error: unknown) => void): ReadableStream<Uint8Array> =>
  bytesOf(encoded(chunksOf(pieces)), onError)

/** The same of bytes. */
export function bytesOf(chunks: AsyncGenerator<Uint8Array>, onError: (error: unknown) => void) {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next()
          if (next.done === true) controller.close()
          else controller.enqueue(next.value)
        } catch (error) {
          onError(error)
          controller.error(error)
        }
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    // Nothing is read before somebody reads.
    { highWaterMark: 0 },
  )
}

async function* encoded(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const chunk of chunks) yield encoder.encode(chunk)
}

/** Joins what is small and cuts what is large. */
async function* chunksOf(pieces: Pieces): AsyncGenerator<string> {
  let chunk = ''
  for await (const piece of pieces) {
    if (piece.length < CHUNK) {
      chunk += piece
      if (chunk.length < CHUNK) continue
      yield chunk
    } else {
      if (chunk !== '') yield chunk
      yield* slicesOf(piece)
    }
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/** Never through a surrogate pair: its halves would be encoded as two characters that are none. */
function* slicesOf(text: string): Generator<string> {
  let start = 0
  while (start < text.length) {
    const end = start + CHUNK
    const isCut = (text.codePointAt(end - 1) ?? 0) > 0xffff
    yield text.slice(start, isCut ? end - 1 : end)
    start = isCut ? end - 1 : end
  }
}

/** The pieces as one text. */
export async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let whole = ''
  for await (const piece of pieces) whole += piece
  return whole
}
