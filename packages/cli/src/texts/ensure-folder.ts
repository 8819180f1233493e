// The folder that files are written into.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { TranscriptionError } from '@ytscriptify/core'
import { cannotBeWritten } from '../output/cannot-be-written.ts'

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
