// ytscriptify migrate: opens the database and brings its schema up to date, as every command does by itself; or prints how.
import { existsSync } from 'node:fs'
import { TranscriptionError } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { databaseLabel, type DatabaseSettings } from '../settings/settings.ts'

export interface MigrateOptions {
  /** Prints the statements instead of running them. */
  readonly sql?: boolean
  /** The version of the schema that is there. */
  readonly from: number
}

export async function migrate(
  { sql = false, from }: MigrateOptions,
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const { database } = settings
  if (sql) {
    await output.write(await statementsFor(database, from))
    return EXIT.done
  }
  const isNew = database.type === 'sqlite' && !existsSync(database.file)
  await withService(settings, async () => undefined)
  screen.line(`${isNew ? 'Created' : 'Ready'}: ${databaseLabel(database)} has the schema of this version.`)
  return EXIT.done
}

/** For whoever lets nobody but himself change a schema. */
async function statementsFor(database: DatabaseSettings, from: number): Promise<string> {
  if (database.type !== 'postgres') {
    throw new TranscriptionError('invalid_input', 'Only a schema of PostgreSQL is printed as SQL.', {
      hint: 'A SQLite file is brought up to date by every command that opens it.',
    })
  }
  const { schema } = database
  const { migrationsSql } = await import('@ytscriptify/adapter-postgres')
  return migrationsSql({ from, ...(schema !== undefined && { schema }) })
}
