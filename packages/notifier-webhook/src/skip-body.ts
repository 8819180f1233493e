// What a receiver says beside its status. Nobody reads it, and it must not cost much.
import type { IncomingMessage } from 'node:http'
import type { Clock } from '@ytscriptify/core'
import { withDeadline } from './deadline.ts'

const MAX_BYTES = 16 * 1024
const MAX_MS = 1_000

/**
 * Lets the receiver finish a short answer, so that it sees no reset, and closes the connection. The status has been
 * given: nothing that happens to the rest makes it another.
 */
export async function skipBody(
  answer: IncomingMessage,
  { signal, clock }: { signal: AbortSignal; clock: Clock },
): Promise<void> {
  try {
    if (answer.complete) return
    await withDeadline(() => readSome(answer), { timeoutMs: MAX_MS, signal, clock, what: 'no end' })
  } catch {
    // Too slow, cut off, or not wanted any more: the connection goes either way.
  } finally {
    answer.destroy()
  }
}

async function readSome(answer: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) return
  }
}
