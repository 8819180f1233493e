// Runs a program to its end, without a shell, and ends it together with everything that it has started.
import { spawn, type ChildProcess } from 'node:child_process'

export interface ProgramOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** More output than this, of either kind, ends it. */
  readonly maxOutputBytes: number
  readonly signal: AbortSignal
}

export interface ProgramResult {
  /** `null` when it was killed by somebody else. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** More than the program may say. */
export class TooMuchOutput extends Error {
  override readonly name = 'TooMuchOutput'
}

/**
 * @throws the reason of `signal`, after the program has gone; what `spawn` throws when it cannot be started; or
 *   {@link TooMuchOutput}.
 */
export type RunProgram = (file: string, args: readonly string[], options: ProgramOptions) => Promise<ProgramResult>

/** Runs programs, and ends those that are running when this process quits: in groups of their own, they hear no Ctrl-C. */
export function createProgramRunner(): RunProgram {
  const running = new Set<ChildProcess>()
  const killAll = (): void => running.forEach(killGroup)

  const started = (child: ChildProcess): void => {
    if (running.size === 0) process.on('exit', killAll)
    running.add(child)
  }
  const ended = (child: ChildProcess): void => {
    running.delete(child)
    if (running.size === 0) process.off('exit', killAll)
  }

  return async (file, args, { cwd, env, maxOutputBytes, signal }) => {
    signal.throwIfAborted()
    // A group of its own, so that its children can be ended with it. Without a shell, its arguments are what they are.
    const child = spawn(file, args, { cwd, env, detached: HAS_GROUPS, stdio: ['ignore', 'pipe', 'pipe'], shell: false })
    started(child)
    let failure: Error | undefined
    const onTooMuch = (error: Error): void => {
      failure ??= error
      killGroup(child)
    }
    const onAbort = (): void => killGroup(child)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const stdout = collect(child.stdout, { maxOutputBytes, onTooMuch })
      const stderr = collect(child.stderr, { maxOutputBytes, onTooMuch })
      const code = await exitOf(child)
      signal.throwIfAborted()
      if (failure) throw failure
      return { code, stdout: stdout(), stderr: stderr() }
    } finally {
      signal.removeEventListener('abort', onAbort)
      ended(child)
    }
  }
}

const HAS_GROUPS = process.platform !== 'win32'

function killGroup(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  try {
    if (HAS_GROUPS) process.kill(-pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch (error) {
    // It has ended by itself, and so has everything in its group. Some systems say EPERM of one that nobody has waited for.
    if (!(error instanceof Error) || !('code' in error) || !['ESRCH', 'EPERM'].includes(String(error.code))) throw error
  } finally {
    // Whatever may have left its group still holds the pipes, and would be waited for.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
}

function collect(
  stream: NodeJS.ReadableStream,
  { maxOutputBytes, onTooMuch }: { maxOutputBytes: number; onTooMuch: (error: Error) => void },
): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > maxOutputBytes) onTooMuch(new TooMuchOutput(`It printed more than ${maxOutputBytes} bytes.`))
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

/** Resolves when it has ended and its output is read. */
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code))
  })
