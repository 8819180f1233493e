// The command inside the test's own process, with everything outside replaced: for tables of cases that need no more.
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../../src/run.ts'
import type { Ended, RunOptions } from './workplace.ts'

export async function runInProcess(
  args: readonly string[],
  { cwd, input = '', env = {} }: RunOptions & { readonly cwd: string },
): Promise<Ended> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  // Read while it runs: nobody writes more than a pipe holds.
  const printed = Promise.all([text(stdout), text(stderr)])
  const code = await run({
    args,
    env,
    cwd,
    stdin: Readable.from([input]),
    stdout,
    stderr,
    onInterrupt: () => () => undefined,
    onHangup: () => () => undefined,
    onUncaught: () => () => undefined,
    quit: () => undefined,
  })
  stdout.end()
  stderr.end()
  const [out, err] = await printed
  return { code, stdout: out, stderr: err }
}
