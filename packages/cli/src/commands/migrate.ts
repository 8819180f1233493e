// ytscriptify migrate: opens the database and brings its schema up to date, as every command does by itself.
import { existsSync } from 'node:fs'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { databaseLabel } from '../settings/settings.ts'

export async function migrate({ settings, screen }: CommandContext): Promise<ExitCode> {
  const { database } = settings
  const isNew = database.type === 'sqlite' && !existsSync(database.file)
  await withService(settings, async () => undefined)
  screen.line(`${isNew ? 'Created' : 'Ready'}: ${databaseLabel(database)} has the schema of this version.`)
  return EXIT.done
}
