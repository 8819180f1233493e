// An archive that is made while it is sent, so that a job of any size passes through little memory.
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { TextFile } from '../text/job-texts.ts'

/**
 * Yields a zip archive of the files, in their order. A file is asked for when the one before has been written, and nothing is
 * made faster than it is taken; leaving off in the middle ends the making.
 *
 * @throws what the files throw.
 * @example
 * ```ts
 * const transcripts = service.transcripts(jobId, { withData: true })
 * await writeFile('job.zip', zipped(jobFiles(transcripts, { formats: ['txt', 'srt'] })))
 * ```
 */
export async function* zipped(files: AsyncIterable<TextFile>): AsyncGenerator<Uint8Array> {
  const archive = new ZipFile()
  const output = archive.outputStream.pipe(new PassThrough())
  const left = new AbortController()
  const breakOff = (cause: unknown): void =>
    void output.destroy(cause instanceof Error ? cause : new Error(String(cause)))
  archive.on('error', breakOff)
  const filled = fill(archive, files, left.signal).catch(breakOff)
  try {
    yield* output
  } finally {
    left.abort()
    await filled
  }
}

async function fill(archive: ZipFile, files: AsyncIterable<TextFile>, signal: AbortSignal): Promise<void> {
  for await (const { name, modifiedAt, pieces } of files) {
    // The archive remembers its streams to the end: one that remembered its text would keep the whole job in memory.
    const text = new PassThrough()
    archive.addReadStream(text, name, { mtime: modifiedAt })
    await pipeline(pieces, text, { signal })
  }
  archive.end()
}
