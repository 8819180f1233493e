// ytscriptify migrate: opens the database and brings its schema up to date, as every command does by itself.
import { existsSync } from 'node:fs'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'

export async function migrate({ settings, screen }: CommandContext): Promise<ExitCode> {
  const { databaseFile } = settings
  const existed = existsSync(databaseFile)
  await withService(settings, async () => undefined)
  screen.line(`${existed ? 'Ready' : 'Created'}: ${databaseFile} has the schema of this version.`)
  return EXIT.done
}
