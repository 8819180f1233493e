// A signal that follows others for a while.
import type { Answer } from './answers.ts'

export interface LinkedSignal {
  /** Aborts when one of the others does, until it is released. */
  readonly signal: AbortSignal
  /** Ends the following. Calling it twice is fine. */
  release(): void
}

/**
 * Follows several signals. `AbortSignal.any` would do, if a signal that lives as long as the server did not remember each
 * call for ever: Node.js 20 keeps some 60 bytes for each, whatever is collected.
 */
export function linkedSignal(signals: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController()
  const release = (): void => {
    for (const followed of signals) followed.removeEventListener('abort', abort)
  }
  for (const followed of signals) {
    if (followed.aborted) controller.abort(followed.reason)
    else followed.addEventListener('abort', abort)
  }
  return { signal: controller.signal, release }

  function abort(this: AbortSignal): void {
    release()
    controller.abort(this.reason)
  }
}

/** The answer with its body, after whose end the signal is released; at once when it has none. */
export function releasedAfter(answer: Answer, { release }: LinkedSignal): Answer {
  const { body } = answer
  if (body === null || typeof body === 'string') {
    release()
    return answer
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  // A generator over the body would be shorter, and could not be cancelled while it waits for the next piece.
  const passedOn = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          release()
          controller.close()
        } catch (error) {
          release()
          controller.error(error)
        }
      },
      cancel(reason) {
        release()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return { ...answer, body: passedOn }
}
