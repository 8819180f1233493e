// A queue that is loaded when it is first used: listing jobs must not wait for the client of a Redis that it does not ask.
import type { JobQueue } from '@ytscriptify/core'

export function lazyQueue(open: () => Promise<JobQueue>): JobQueue {
  let opening: Promise<JobQueue> | undefined
  let opened: JobQueue | undefined
  let isClosed = false

  return {
    push: async (hint) => (await queue())?.push(hint),
    consume: async (onHint, options) => (await queue())?.consume(onHint, options),
    announce: async (note) => (await queue())?.announce?.(note),
    follow: async (onNote, options) => (await queue())?.follow?.(onNote, options),
    // Who has not been used has not been found away.
    isConnected: () => opened?.isConnected?.() ?? true,
    async close() {
      isClosed = true
      await (await opening)?.close()
    },
  }

  /** None any more when it is closed: to open one then would be to leave it open. */
  async function queue(): Promise<JobQueue | undefined> {
    if (isClosed && !opening) return undefined
    opening ??= open()
    opened = await opening
    return opened
  }
}
