// How videos leave the command: as text, as JSON lines, or as files.
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TranscriptionError, transcriptJson, type Transcript } from '@ytscriptify/core'
import type { DataOutput } from '../output/data-output.ts'
import { heading, transcriptText } from './transcript-text.ts'

/** Takes the videos one by one, in order; also those without a text. */
export type TranscriptWriter = (transcript: Transcript) => Promise<void>

export interface TranscriptWriterOptions {
  readonly output: DataOutput
  /** JSON objects instead of plain text. */
  readonly json: boolean
  /** A folder that gets one file for each video, instead of all on stdout. It is there already. */
  readonly folder: string | undefined
  /** Where a relative folder begins. */
  readonly cwd: string
  /** Whether more than one video will come. */
  readonly several: boolean
}

export function createTranscriptWriter({
  output,
  json,
  folder,
  cwd,
  several,
}: TranscriptWriterOptions): TranscriptWriter {
  if (folder !== undefined) return filesIn(folder, { output, json, cwd })
  return json ? jsonLines(output) : texts(output, several)
}

function jsonLines(output: DataOutput): TranscriptWriter {
  return (transcript) => output.write(`${transcriptJson(transcript)}\n`)
}

/** What has no text is not silently missing: the progress names it on stderr. */
function texts(output: DataOutput, several: boolean): TranscriptWriter {
  let isFirst = true
  return async (transcript) => {
    if (transcript.data === undefined) return
    const gap = isFirst ? '' : '\n'
    isFirst = false
    await output.write(`${several ? gap + heading(transcript) : ''}${transcriptText(transcript.data)}`)
  }
}

/** `VIDEO_ID.LANGUAGE.txt`, whole or not at all; the path goes to stdout. */
function filesIn(
  folder: string,
  { output, json, cwd }: Pick<TranscriptWriterOptions, 'output' | 'json' | 'cwd'>,
): TranscriptWriter {
  return async (transcript) => {
    if (transcript.data === undefined) return
    const file = join(folder, fileName(transcript, json ? 'json' : 'txt'))
    const path = resolve(cwd, file)
    const partial = `${path}.${process.pid}.part`
    await writeFile(partial, json ? `${transcriptJson(transcript)}\n` : transcriptText(transcript.data))
    await rename(partial, path)
    await output.write(`${file}\n`)
  }
}

function fileName({ videoId, result }: Transcript, extension: string): string {
  const parts = [videoId, result?.language ?? 'und', extension]
  return parts.map((part) => part.replace(/[^\w-]/g, '_')).join('.')
}

/** Creates the folder where it is missing. @throws {TranscriptionError} `invalid_input` when that cannot be. */
export async function ensureFolder(folder: string, { cwd }: { readonly cwd: string }): Promise<void> {
  try {
    await mkdir(resolve(cwd, folder), { recursive: true })
  } catch (cause) {
    const message = `The folder "${folder}" cannot be created: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new TranscriptionError('invalid_input', `${message}.`, {
      cause,
      hint: 'Give --output a folder that this user may write to.',
      issues: [{ path: ['--output'], code: 'invalid_input', message }],
    })
  }
}
