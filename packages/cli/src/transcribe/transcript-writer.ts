// How videos leave the command: as text, as JSON lines, or as files.
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { TranscriptionError, transcriptJson, type Transcript } from '@ytscriptify/core'
import { cannotBeWritten } from '../output/cannot-be-written.ts'
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
    try {
      await writeWhole(path, json ? `${transcriptJson(transcript)}\n` : transcriptText(transcript.data))
    } catch (cause) {
      const hint = 'Make room or give another folder, then continue with the command above.'
      throw cannotBeWritten({ what: `The file "${file}"`, hint, cause })
    }
    await output.write(`${file}\n`)
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.part`
  try {
    await writeFile(partial, text)
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}

function fileName({ videoId, result }: Transcript, extension: string): string {
  const parts = [videoId, result?.language ?? 'und', extension]
  return parts.map((part) => part.replace(/[^\w-]/g, '_')).join('.')
}

/**
 * Creates the folder where it is missing, and tries whether it can be written.
 *
 * @throws {TranscriptionError} `invalid_input` when it cannot be made or written.
 */
export async function ensureFolder(folder: string, { cwd }: { readonly cwd: string }): Promise<void> {
  const path = resolve(cwd, folder)
  try {
    await makeFolder(path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const message =
      cause instanceof IsFile && cause.path === path
        ? `"${folder}" is a file`
        : `The folder "${folder}" cannot be created: ${why}`
    throw new TranscriptionError('invalid_input', `${message}.`, {
      cause,
      hint: HINT,
      issues: [{ path: ['--output'], code: 'invalid_input', message }],
    })
  }
  try {
    await writeProbe(join(path, `.ytscriptify.${process.pid}.part`))
  } catch (cause) {
    throw cannotBeWritten({ what: `The folder "${folder}"`, hint: HINT, cause })
  }
}

async function writeProbe(file: string): Promise<void> {
  try {
    await writeFile(file, '\n') // Not empty: an empty file finds room on a full disk.
  } finally {
    await rm(file, { force: true })
  }
}

const HINT = 'Give --output a folder that this user may write to.'

/** Not `recursive`: where a folder exists but takes no new ones (/proc), Node.js would try for ever. */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent)
  try {
    await mkdir(path)
  } catch (error) {
    // Another run may have been quicker.
    if (!(await isFolder(path))) throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true
  } catch (error) {
    // ENOTDIR: a part of its path is a file, which is found on the way up.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false
    throw error
  }
  throw new IsFile(path)
}

class IsFile extends Error {
  readonly path: string

  constructor(path: string) {
    super(`"${path}" is a file`)
    this.path = path
  }
}
