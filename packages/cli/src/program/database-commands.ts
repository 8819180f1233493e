// The subcommands about the database as a whole.
import { DEFAULT_OWNER } from '@ytscriptify/core'
import { Command, InvalidArgumentError } from 'commander'
import type { Act } from '../command-context.ts'
import type { ImportOptions } from '../commands/import.ts'
import type { MigrateOptions } from '../commands/migrate.ts'
import type { PurgeOptions } from '../commands/purge.ts'
import { parseDuration } from '../output/durations.ts'

export const databaseCommands = (act: Act): Command[] => [migrateCommand(act), importCommand(act), purgeCommand(act)]

const migrateCommand = (act: Act): Command =>
  new Command('migrate')
    .summary('create the database, or bring it up to date')
    .description('Creates the database or brings its schema up to date. Every other command does it by itself.')
    .option('--sql', 'print the statements for PostgreSQL instead, for whoever applies them himself')
    .option(
      '--from <version>',
      'with --sql, only what comes after this version: max(version) of ytscriptify_migrations',
      version,
      0,
    )
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { migrate } = await import('../commands/migrate.ts')
        return migrate(self.opts<MigrateOptions>(), context)
      }),
    )

const importCommand = (act: Act): Command =>
  new Command('import')
    .argument('<old>', "the older service's DATABASE_URL, or the path of its SQLite file")
    .summary('take over the jobs of the service before this one')
    .description(
      'Copies the jobs and transcripts of the older service into the database that DATABASE_URL names. The older one is only read.',
    )
    .option('--owner <name>', 'whose the jobs are here: the name of an API key', owner, DEFAULT_OWNER)
    .addHelpText('after', IMPORT_HELP)
    .action((old: string, _options, self: Command) =>
      act(self, async (context) => {
        const { importOld } = await import('../commands/import.ts')
        return importOld(old, self.opts<ImportOptions>(), context)
      }),
    )

const purgeCommand = (act: Act): Command =>
  new Command('purge')
    .summary('delete jobs that ended long ago')
    .description(
      'Deletes jobs that ended long ago, of all owners, with their transcripts and callbacks. Open jobs stay, and so do those whose callback is still to be sent. RETENTION has workers do it by themselves.',
    )
    .requiredOption('--older-than <duration>', 'how long ago they have ended at least, for example 30d', age)
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { purge } = await import('../commands/purge.ts')
        return purge(self.opts<PurgeOptions>(), context)
      }),
    )

function version(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

function age(text: string): PurgeOptions['olderThan'] {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Write a duration like 12h or 30d.')
  return { text: text.trim(), ms }
}

function owner(text: string): string {
  if (!/^[\w.-]{1,64}$/.test(text)) throw new InvalidArgumentError('Give the name of a key, as API_KEYS names it.')
  return text
}

const IMPORT_HELP = `
Stop the older service first. Jobs keep their ids. What had ended stays as it was and sends no callback; what had not
goes on here, with its callback. It may be stopped at any time and run again: what is here is left alone.

Examples:
  ytscriptify import old/transcriber.db
  DATABASE_URL=postgresql://me@host/new ytscriptify import postgresql+psycopg2://me@host/old --owner alice
`
