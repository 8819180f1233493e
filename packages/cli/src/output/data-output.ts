// Where results go: stdout, with back-pressure, and without a fuss when its reader has gone (`| head`).
import type { Writable } from 'node:stream'
import { cannotBeWritten } from './cannot-be-written.ts'

export interface DataOutput {
  /**
   * Resolves when the text is handed on. After the reader has gone it does nothing.
   *
   * @throws {TranscriptionError} `invalid_input` when there is no room for it.
   */
  write(text: string): Promise<void>
  /** Aborts when the reader has gone. */
  readonly closed: AbortSignal
}

/** @param beforeWrite - Called before each write: what is drawn on the same terminal has to make room. */
export function createDataOutput(stream: Writable, { beforeWrite }: { beforeWrite: () => void }): DataOutput {
  const closed = new AbortController()
  stream.on('error', () => undefined) // Each write hears of its own error; without a listener it would end the process.

  return {
    closed: closed.signal,
    async write(text) {
      if (closed.signal.aborted) return
      beforeWrite()
      await new Promise<void>((resolve, reject) => {
        stream.write(text, (error) => {
          if (!error) resolve()
          else if (hasReaderGone(error)) resolve(closed.abort())
          else reject(cannotBeWritten({ what: 'Standard output', hint: HINT, cause: error }))
        })
      })
    },
  }
}

const HINT = 'Make room or send the output elsewhere, then go on: what is done is stored.'

const hasReaderGone = (error: Error & { readonly code?: string }): boolean =>
  error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
