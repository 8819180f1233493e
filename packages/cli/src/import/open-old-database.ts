// Finds the older service's database by what was given, and makes sure that it is not the one to import into.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TranscriptionError } from '@ytscriptify/core'
import { parseDatabaseUrl, type DatabaseUrl } from '../settings/database-url.ts'
import type { DatabaseSettings } from '../settings/settings.ts'
import type { OldDatabase } from './old-database.ts'

export interface OldPlacement {
  /** Where a relative file name begins. */
  readonly cwd: string
  /** Where the jobs are to go. */
  readonly target: DatabaseSettings
}

/**
 * @param given - A DATABASE_URL, or the path of a SQLite file.
 * @throws {TranscriptionError} `invalid_input`, `storage_unavailable`, `storage_incompatible`; nothing has been changed then.
 */
export async function openOldDatabase(given: string, { cwd, target }: OldPlacement): Promise<OldDatabase> {
  const url = urlOf(given)
  switch (url.type) {
    case 'unusable':
      // What was given may have a password in it, so it is not repeated.
      throw new TranscriptionError('invalid_input', `What was given as the older database ${url.why}.`, { hint: HOW })
    case 'sqlite': {
      const file = resolve(cwd, url.filename)
      await checkFile(file, target)
      const { openOldSqlite } = await import('./old-sqlite.ts')
      return openOldSqlite(file)
    }
    case 'postgres': {
      if (target.type === 'postgres' && target.label === url.label && (target.schema ?? 'public') === 'public')
        throw sameDatabase(url.label)
      const { openOldPostgres } = await import('./old-postgres.ts')
      return openOldPostgres(url)
    }
  }
}

/** `C:\data\old.db` has a letter for a drive, and no scheme. */
const urlOf = (given: string): DatabaseUrl =>
  /^[a-z][a-z\d+.-]+:/i.test(given) ? parseDatabaseUrl(given) : { type: 'sqlite', filename: given }

async function checkFile(file: string, target: DatabaseSettings): Promise<void> {
  const old = await statOf(file)
  if (!old?.isFile())
    throw new TranscriptionError('invalid_input', `${file} is ${old ? 'no file' : 'not there'}.`, { hint: HOW })
  const there = target.type === 'sqlite' ? await statOf(target.file) : undefined
  // By what is on the disk: one file may have several names.
  if (there?.ino === old.ino && there.dev === old.dev) throw sameDatabase(file)
}

async function statOf(file: string) {
  try {
    return await stat(file, { bigint: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const HOW =
  'Give the DATABASE_URL of the older service, or the path of its SQLite file: ytscriptify import old/transcriber.db'

const sameDatabase = (label: string): TranscriptionError =>
  new TranscriptionError(
    'invalid_input',
    `${label} is the database that DATABASE_URL names, too: it cannot be imported into itself.`,
    {
      hint: 'Let DATABASE_URL name a new database; the older one stays as it is.',
    },
  )
