// A body that is made while it is sent, no faster than the client takes it.

/** Pieces are sent once they are this long together, in characters: a segment line at a time would be mostly overhead. */
const CHUNK = 64 * 1024

/**
 * The pieces as a stream of UTF-8. Nothing is made ahead of what is asked for; a client that goes away ends the making.
 *
 * @param onError - Told when the making fails: the head of the answer is out by then, so the client only sees its body
 *   break off.
 */
export function streamOf(
  pieces: AsyncIterable<string> | Iterable<string>,
  onError: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const source = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
  const encoder = new TextEncoder()
  let cancelled = false

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          let chunk = ''
          while (chunk.length < CHUNK) {
            const next = await source.next()
            if (cancelled) return
            if (next.done === true) {
              if (chunk !== '') controller.enqueue(encoder.encode(chunk))
              controller.close()
              return
            }
            chunk += next.value
          }
          controller.enqueue(encoder.encode(chunk))
        } catch (error) {
          onError(error)
          controller.error(error)
        }
      },
      async cancel() {
        cancelled = true
        await source.return?.()
      },
    },
    // Nothing is read before somebody reads.
    { highWaterMark: 0 },
  )
}

/** The pieces as one text. */
export async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let whole = ''
  for await (const piece of pieces) whole += piece
  return whole
}
