// The command line: which subcommands there are, and how they are explained. What a subcommand does is loaded when it is
// asked for, so that none waits for what only the others need.
import { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { Act } from './command-context.ts'
import { sayingWhere } from './job-not-found.ts'
import { columnsOf } from './output/screen.ts'
import { configCommand, keysCommand } from './program/configuration-commands.ts'
import { databaseCommands } from './program/database-commands.ts'
import { doctorCommand } from './program/doctor-command.ts'
import { inspectCommand } from './program/inspect-command.ts'
import { jobCommands } from './program/job-commands.ts'
import type { ProgramParts } from './program/program-parts.ts'
import { serviceCommands } from './program/service-commands.ts'
import { tracksCommand } from './program/tracks-command.ts'
import { readSettings } from './settings/read-settings.ts'
import { databaseLabel } from './settings/settings.ts'
import { exportCommand } from './texts/export-command.ts'
import { transcribeCommand } from './transcribe/transcribe-command.ts'

/** Nothing here ends the process: commander's exits become exceptions. */
export function createProgram({ context, onAct }: ProgramParts): Command {
  const { stdout, stderr } = context.surroundings
  const act: Act = (command, work) =>
    onAct(command, () => {
      const settings = readSettings(context.surroundings)
      return sayingWhere(databaseLabel(settings.database), () => work({ ...context, settings }))
    })

  const program = new Command('ytscriptify')
    .description('YouTube URLs in, stored transcripts out.')
    .version(manifest.version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => columnsOf(stdout),
      getErrHelpWidth: () => columnsOf(stderr),
    })
    .addHelpText('after', HELP)

  const commands = [
    transcribeCommand(act),
    exportCommand(act),
    tracksCommand(act),
    ...serviceCommands(act),
    ...jobCommands(act),
    inspectCommand(act),
    doctorCommand(act),
    ...databaseCommands(act),
    keysCommand(act),
    configCommand({ context, onAct }),
  ]
  for (const command of commands) program.addCommand(command)
  for (const command of withSubcommands(program))
    command.copyInheritedSettings(program).option('--verbose', 'print causes and stacks of errors too')
  return program
}

const withSubcommands = (command: Command): Command[] =>
  command.commands.flatMap((sub) => [sub, ...withSubcommands(sub)])

const HELP = `
Examples:
  ytscriptify transcribe https://www.youtube.com/watch?v=VIDEO_ID
  ytscriptify transcribe --file videos.txt --json > transcripts.jsonl
  ytscriptify serve
  ytscriptify jobs

Jobs are stored in transcriber.db in the working directory, or where DATABASE_URL says.
Settings come from the environment and from .env; "ytscriptify config check" shows them.
`
