// Where jobs are stored: the database that the settings name. What only PostgreSQL needs is loaded where it is used.
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import type { TranscriptionStorage } from '@ytscriptify/core'
import type { DatabaseSettings } from './settings/settings.ts'

export interface StorageOptions {
  /** Whether the schema is brought up to date at the first use; else an older one is refused. @default true */
  readonly migrate?: boolean
}

/** Opens nothing yet: that is for `ready()`. */
export async function openStorage(
  database: DatabaseSettings,
  { migrate = true }: StorageOptions = {},
): Promise<TranscriptionStorage> {
  switch (database.type) {
    case 'sqlite':
      return sqliteStorage({ filename: database.file, migrate })
    case 'postgres': {
      const { connectionString, schema, poolSize } = database
      const { postgresStorage } = await import('@ytscriptify/adapter-postgres')
      return postgresStorage({ connectionString, max: poolSize, migrate, ...(schema !== undefined && { schema }) })
    }
  }
}
