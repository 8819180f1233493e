// The text of one subtitle file.
import { open, type FileHandle } from 'node:fs/promises'
import { constants } from 'node:fs'
import { TranscriptionError, isTranscriptionError, untilAborted, type Segment } from '@ytscriptify/core'
import { readJson3, readSubRip, readWebVtt, type ReadOptions as FormatOptions } from '@ytscriptify/core/timed-text'
import { errorCodeOf } from './error-code.ts'
import type { SubtitleFile, SubtitleFormat } from './subtitle-file.ts'

export interface ReadOptions extends Required<FormatOptions> {
  readonly maxFileBytes: number
  readonly signal: AbortSignal
}

/**
 * @throws {TranscriptionError} `source_request_failed` for a file that cannot be read, is too long, or is not what its
 *   name says; `empty_transcript` for one without text.
 */
export async function readSubtitles(
  file: SubtitleFile,
  { maxFileBytes, keepFormatting, signal }: ReadOptions,
): Promise<Segment[]> {
  const bytes = await untilAborted(readBytes(file, maxFileBytes), signal)
  const segments = READERS[file.format](textOf(bytes, file), { keepFormatting })
  if (!segments) throw failed(file, `is no ${FORMAT_NAMES[file.format]}, or was cut off`)
  if (segments.length > 0) return segments
  throw new TranscriptionError('empty_transcript', `The file "${file.name}" has no text.`, {
    retryable: false,
    hint: 'Replace the file by one with text.',
  })
}

const READERS = {
  json3: readJson3,
  vtt: readWebVtt,
  srt: readSubRip,
} as const satisfies Record<SubtitleFormat, (text: string, options: FormatOptions) => Segment[] | undefined>

const FORMAT_NAMES = { json3: 'json3', vtt: 'WebVTT', srt: 'SubRip' } as const satisfies Record<SubtitleFormat, string>

async function readBytes(file: SubtitleFile, maxFileBytes: number): Promise<Uint8Array> {
  let handle: FileHandle | undefined
  try {
    // Not to wait for whoever writes into a pipe, and not to follow a link out of the folder.
    handle = await open(file.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    const stats = await handle.stat()
    if (!stats.isFile()) throw failed(file, 'is no ordinary file')
    if (stats.size > maxFileBytes) throw failed(file, `is longer than ${maxFileBytes} bytes`)
    return await handle.readFile()
  } catch (error) {
    if (isTranscriptionError(error)) throw error
    throw failed(file, `cannot be read (${errorCodeOf(error) ?? String(error)})`, error)
  } finally {
    await handle?.close()
  }
}

/** UTF-8, or what a byte order mark says. */
function textOf(bytes: Uint8Array, file: SubtitleFile): string {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw failed(file, 'is not encoded in UTF-8', cause)
  }
}

function failed({ name }: SubtitleFile, why: string, cause?: unknown): TranscriptionError {
  return new TranscriptionError('source_request_failed', `The file "${name}" ${why}.`, {
    retryable: false,
    hint: 'Mend or replace the file, then submit the video again.',
    ...(cause !== undefined && { cause }),
  })
}
