// What a receiver says beside its status. Nobody reads it, and it must not cost much.
import type { IncomingMessage } from 'node:http'
import type { Deadline } from './deadline.ts'

const MAX_BYTES = 16 * 1024
const LIMIT = { timeoutMs: 1_000, what: 'no end' }

/**
 * Lets the receiver finish a short answer, so that it sees no reset and the connection can be used again. The status has
 * been given: nothing that happens to the rest makes it another.
 */
export async function skipBody(answer: IncomingMessage, deadline: Deadline): Promise<void> {
  const ended = shortEnd(answer)
  // Most are here already, with the head, and need no timer.
  if (answer.complete) return ended
  try {
    await deadline.within(LIMIT, () => ended)
  } catch {
    // Too slow, or not wanted any more: the connection goes either way.
  }
}

/** Resolves when there is no more of it, or too much. */
const shortEnd = (answer: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    const stop = (): void => resolve()
    let bytes = 0
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BYTES) answer.destroy()
    })
    // It ends, or is cut off.
    for (const event of ['end', 'error', 'close']) answer.on(event, stop)
  })
