// What subcommands are given.
import type { Command } from 'commander'
import type { DataOutput } from './output/data-output.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Screen } from './output/screen.ts'
import type { Settings } from './settings/settings.ts'
import type { Surroundings } from './surroundings.ts'

export interface OutputContext {
  readonly surroundings: Surroundings
  /** Data goes here, and nothing else. */
  readonly output: DataOutput
  /** Everything that people read goes here. */
  readonly screen: Screen
}

export interface CommandContext extends OutputContext {
  readonly settings: Settings
}

/** Runs the work of a subcommand, and keeps its exit code. */
export type Act = (command: Command, work: (context: CommandContext) => Promise<ExitCode>) => Promise<void>
