// Where jobs are stored: the database that the settings name. What only PostgreSQL needs is loaded where it is used.
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import type { TranscriptionStorage } from '@ytscriptify/core'
import type { DatabaseSettings } from './settings/settings.ts'

/** Opens nothing yet: that is for `ready()`. */
export async function openStorage(database: DatabaseSettings): Promise<TranscriptionStorage> {
  switch (database.type) {
    case 'sqlite':
      return sqliteStorage({ filename: database.file })
    case 'postgres': {
      const { connectionString, schema, poolSize } = database
      const { postgresStorage } = await import('@ytscriptify/adapter-postgres')
      return postgresStorage({ connectionString, max: poolSize, ...(schema !== undefined && { schema }) })
    }
  }
}
