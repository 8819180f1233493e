// The database as it is: one that is not there is not made, and an older schema is not changed.
import { existsSync } from 'node:fs'
import { isTranscriptionError, type TranscriptionStorage } from '@ytscriptify/core'
import { openStorage, type StorageOptions } from './open-storage.ts'
import { databaseName, type DatabaseSettings } from './settings/settings.ts'

/** @returns `undefined` when there is none yet. */
export async function existingStorage(
  database: DatabaseSettings,
  { migrate = false }: StorageOptions = {},
): Promise<TranscriptionStorage | undefined> {
  if (database.type === 'sqlite' && !existsSync(database.file)) return undefined
  return openStorage(database, { migrate })
}

/** What is known before there is a job. */
export type KnownStorage = Pick<TranscriptionStorage, 'findReusable' | 'listGates'>

export interface KnownOptions extends StorageOptions {
  /** Told, in a sentence, that an older schema cannot be read, so that as much is known as where there is no database. */
  readonly onOlderSchema: (notice: string) => void
}

/**
 * Looks into the database where there is one, for as long as `use` runs. One that is not there has no gates, and nothing
 * stored.
 *
 * @throws {TranscriptionError} `storage_unavailable`; `storage_incompatible` for a database of somebody else or of a newer
 *   version
 */
export async function withKnownStorage<T>(
  database: DatabaseSettings,
  { onOlderSchema, migrate = false }: KnownOptions,
  use: (storage: KnownStorage) => Promise<T>,
): Promise<T> {
  const storage = await existingStorage(database, { migrate })
  if (!storage) return use(NOTHING)
  try {
    const isReadable = await canBeRead(storage)
    if (!isReadable) onOlderSchema(olderSchema(database))
    return await use(isReadable ? storage : NOTHING)
  } finally {
    await storage.close()
  }
}

const NOTHING: KnownStorage = { findReusable: async () => [], listGates: async () => [] }

/** @returns `false` for an older schema. */
async function canBeRead(storage: TranscriptionStorage): Promise<boolean> {
  try {
    await storage.ready()
    return true
  } catch (error) {
    if (isTranscriptionError(error, 'storage_incompatible') && error.issues?.[0]?.path[0] === 'older_schema')
      return false
    throw error
  }
}

const olderSchema = (database: DatabaseSettings): string =>
  `${databaseName(database)} has an older schema: what is already stored, and whether YouTube has us wait, cannot be told before "ytscriptify migrate".`
