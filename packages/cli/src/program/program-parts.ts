// What the command line is made of.
import type { Command } from 'commander'
import type { OutputContext } from '../command-context.ts'
import type { ExitCode } from '../exit-codes.ts'

export interface ProgramParts {
  readonly context: OutputContext
  /** Called by the subcommand that was asked for. */
  readonly onAct: (command: Command, work: () => Promise<ExitCode>) => Promise<void>
}
