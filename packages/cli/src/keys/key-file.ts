// Keys for a server that nobody has configured: made once, and kept in a file beside the database for its owner alone.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { platform } from 'node:process'
import { parseEnv } from 'node:util'
import { TranscriptionError } from '@ytscriptify/core'

export interface GeneratedKeys {
  readonly apiKey: string
  readonly secretKey: string
  readonly file: string
}

/** `transcriber.db.keys`: as the database's own companions are called, so that several databases may share a folder. */
export const keyFileOf = (databaseFile: string): string => `${databaseFile}.keys`

/**
 * The keys in the file, which is made when it is not there. Of processes that start at once one makes it, and all agree.
 *
 * @throws {TranscriptionError} `invalid_input` when others may read the file, or when it cannot be used.
 */
export async function generatedKeys(databaseFile: string): Promise<GeneratedKeys> {
  const file = keyFileOf(databaseFile)
  return (await readKeys(file)) ?? (await createKeys(file))
}

async function createKeys(file: string): Promise<GeneratedKeys> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, textOf({ apiKey: randomKey(), secretKey: randomKey() }), { flag: 'wx', mode: 0o600 })
    try {
      // Unlike a rename, a link fails where the file is there already: the first process wins, and nobody sees half a file.
      await link(draft, file)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    } finally {
      await unlink(draft)
    }
  } catch (error) {
    throw unusable(file, 'cannot be made', error)
  }
  const keys = await readKeys(file)
  if (!keys) throw unusable(file, 'was removed at this moment')
  return keys
}

async function readKeys(file: string): Promise<GeneratedKeys | undefined> {
  let text
  try {
    await refuseReadableByOthers(file)
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error instanceof TranscriptionError ? error : unusable(file, 'cannot be read', error)
  }
  const { API_KEY: apiKey, SECRET_KEY: secretKey } = parseEnv(text)
  if (!apiKey || !secretKey) throw unusable(file, 'has not both API_KEY and SECRET_KEY')
  return { apiKey, secretKey, file }
}

/** Windows has no such modes: there the folder's own list of rights decides. */
async function refuseReadableByOthers(file: string): Promise<void> {
  const { mode } = await stat(file)
  if (platform === 'win32' || (mode & (constants.S_IRWXG | constants.S_IRWXO)) === 0) return
  throw new TranscriptionError('invalid_input', `${file} has keys, and others may read it.`, {
    hint: `chmod 600 ${file}`,
  })
}

const randomKey = (): string => randomBytes(32).toString('base64url')

const textOf = ({ apiKey, secretKey }: Omit<GeneratedKeys, 'file'>): string =>
  `# Made by ytscriptify, which was started without keys. Set API_KEY and SECRET_KEY to use others.
API_KEY=${apiKey}
SECRET_KEY=${secretKey}
`

const unusable = (file: string, why: string, cause?: unknown): TranscriptionError =>
  new TranscriptionError('invalid_input', `${file}, which keeps the keys, ${why}${reasonOf(cause)}.`, {
    hint: 'Set API_KEY and SECRET_KEY, or make its folder one that can be written to.',
    cause,
  })

const reasonOf = (cause: unknown): string => (cause instanceof Error ? `: ${cause.message}` : '')

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
