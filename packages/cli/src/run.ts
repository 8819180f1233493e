// Runs one command line to its exit code. Never rejects: what goes wrong is printed for people.
import { CommanderError } from 'commander'
import { createDataOutput } from './output/data-output.ts'
import { EXIT, exitCodeOfError, type ExitCode } from './exit-codes.ts'
import { printError } from './output/print-error.ts'
import { createProgram } from './program.ts'
import { findSettings } from './settings/read-settings.ts'
import { createScreen } from './output/screen.ts'
import type { Surroundings } from './surroundings.ts'

export async function run(surroundings: Surroundings): Promise<ExitCode> {
  const { args, env, stdout, stderr } = surroundings
  const screen = createScreen(stderr, env)
  const output = createDataOutput(stdout, { beforeWrite: screen.clear })
  let exitCode: ExitCode = EXIT.done
  let verbose = false

  const program = createProgram({
    context: { surroundings, output, screen },
    async onAct(command, work) {
      verbose = command.opts()['verbose'] === true
      exitCode = await work()
    },
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    printError(error, { screen, verbose: verbose || findSettings(surroundings).settings?.logLevel === 'debug' })
    return exitCodeOfError(error)
  }
}
