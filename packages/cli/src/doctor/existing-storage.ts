// The database as it is: one that is not there is not made, and an older schema is not changed.
import { existsSync } from 'node:fs'
import type { TranscriptionStorage } from '@ytscriptify/core'
import { openStorage } from '../open-storage.ts'
import type { DatabaseSettings } from '../settings/settings.ts'

/** @returns `undefined` when there is none yet. */
export async function existingStorage(database: DatabaseSettings): Promise<TranscriptionStorage | undefined> {
  if (database.type === 'sqlite' && !existsSync(database.file)) return undefined
  return openStorage(database, { migrate: false })
}
