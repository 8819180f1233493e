// The command inside the test's own process, with everything outside replaced: for tables of cases that need no more.
import { PassThrough, Readable } from 'node:stream'
import { run } from '../../src/run.ts'
import type { Ended, RunOptions } from './workplace.ts'

export async function runInProcess(
  args: readonly string[],
  { cwd, input = '', env = {} }: RunOptions & { readonly cwd: string },
): Promise<Ended> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
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
  return { code, stdout: textIn(stdout), stderr: textIn(stderr) }
}

const textIn = (stream: PassThrough): string => String(stream.read() ?? '')
