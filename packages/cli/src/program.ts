// The command line: which subcommands there are, which flags they take, and how they are explained.
import { JOB_STATUSES } from '@ytscriptify/core'
import { Command, InvalidArgumentError, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { Act, OutputContext } from './command-context.ts'
import { cancel } from './commands/cancel.ts'
import { configCheck } from './commands/config-check.ts'
import { jobs, type JobsOptions } from './commands/jobs.ts'
import { migrate } from './commands/migrate.ts'
import { retry } from './commands/retry.ts'
import { status } from './commands/status.ts'
import { worker, type WorkerCommandOptions } from './commands/worker.ts'
import type { ExitCode } from './exit-codes.ts'
import { sayingWhere } from './job-not-found.ts'
import { columnsOf } from './output/screen.ts'
import { readSettings } from './settings/read-settings.ts'
import { transcribeCommand } from './transcribe/transcribe-command.ts'
import { addWorkerFlags } from './worker-flags.ts'

export interface ProgramParts {
  readonly context: OutputContext
  /** Called by the subcommand that was asked for. */
  readonly onAct: (command: Command, work: () => Promise<ExitCode>) => Promise<void>
}

/** Nothing here ends the process: commander's exits become exceptions. */
export function createProgram({ context, onAct }: ProgramParts): Command {
  const { stdout, stderr } = context.surroundings
  const act: Act = (command, work) =>
    onAct(command, () => {
      const settings = readSettings(context.surroundings)
      return sayingWhere(settings.databaseFile, () => work({ ...context, settings }))
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

  program.addCommand(transcribeCommand(act))
  for (const command of [...workCommands(act), ...jobCommands(act), configCommand({ context, onAct })])
    program.addCommand(command)
  for (const command of withSubcommands(program))
    command.copyInheritedSettings(program).option('--verbose', 'print causes and stacks of errors too')
  return program
}

function workCommands(act: Act): Command[] {
  const work = new Command('worker')
    .summary('work on stored jobs until stopped')
    .description('Works on every stored job until SIGTERM or Ctrl-C, then finishes what it has begun.')
    .option('--name <name>', 'what it is called in logs; %h stands for the host', 'worker@%h')
    .addHelpText('after', '\nExample:\n  ytscriptify worker --name worker1@%h --concurrency 8\n')
  addWorkerFlags(work).action((_options, command: Command) =>
    act(command, (context) => worker(command.opts<WorkerCommandOptions>(), context)),
  )
  const prepare = new Command('migrate')
    .summary('create the database, or bring it up to date')
    .description('Creates the database or brings its schema up to date. Every other command does it by itself.')
    .action((_options, command: Command) => act(command, migrate))
  return [work, prepare]
}

function jobCommands(act: Act): Command[] {
  const list = new Command('jobs')
    .description('list stored jobs, newest first')
    .addOption(new Option('--status <status>', 'only jobs with this status').choices(JOB_STATUSES))
    .option('--limit <n>', 'how many on one page', pageSize, 20)
    .option('--cursor <cursor>', 'where to go on, as the page before said')
    .option('--json', 'one JSON object: {"jobs": […], "next_cursor": …}')
    .action((_options, command: Command) => act(command, (context) => jobs(command.opts<JobsOptions>(), context)))
  const show = new Command('status')
    .argument('<job>', 'id of a job')
    .description('show a job and each of its videos')
    .option('--json', 'one JSON object, without the texts')
    .action((id: string, _options, command: Command) =>
      act(command, (context) => status(id, command.opts<{ json?: boolean }>(), context)),
    )
  const end = new Command('cancel')
    .argument('<job>', 'id of a job')
    .description('end a job; what is completed stays')
    .action((id: string, _options, command: Command) => act(command, (context) => cancel(id, context)))
  const again = new Command('retry')
    .argument('<job>', 'id of a job that has ended')
    .description('make a new job of the failed and cancelled videos; prints its id')
    .action((id: string, _options, command: Command) => act(command, (context) => retry(id, context)))
  return [list, show, end, again]
}

function configCommand({ context, onAct }: ProgramParts): Command {
  const check = new Command('check')
    .description('print the settings in effect, where they come from, and every mistake')
    .action((_options, command: Command) => onAct(command, () => configCheck(context)))
  return new Command('config').description('look at the configuration').addCommand(check)
}

function pageSize(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1_000)
    throw new InvalidArgumentError('Give a whole number from 1 to 1000.')
  return Number(text)
}

const withSubcommands = (command: Command): Command[] =>
  command.commands.flatMap((sub) => [sub, ...withSubcommands(sub)])

const HELP = `
Examples:
  ytscriptify transcribe https://www.youtube.com/watch?v=VIDEO_ID
  ytscriptify transcribe --file videos.txt --json > transcripts.jsonl
  ytscriptify jobs

Jobs are stored in transcriber.db in the working directory, or where DATABASE_URL says.
Settings come from the environment and from .env; "ytscriptify config check" shows them.
`
