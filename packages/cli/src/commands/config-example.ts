// ytscriptify config example: a .env with every setting, explained.
import type { OutputContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { exampleEnvironment } from '../settings/example-environment.ts'

export async function configExample({ output }: OutputContext): Promise<ExitCode> {
  await output.write(exampleEnvironment())
  return EXIT.done
}
