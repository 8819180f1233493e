// One process of the built command, and everything that it says.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface CommandProcess {
  readonly pid: number
  /** What it has said so far, on both of its outputs. */
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Promise<CommandEnd>
  /** Resolves when what it has said so far matches; rejects when it ends without. */
  until(pattern: RegExp): Promise<RegExpExecArray>
}

export interface CommandEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface CommandOptions {
  /** The path of the program. */
  readonly program: string
  /** Where it runs. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Hears every line that it says. */
  readonly onLine?: (line: string) => void
}

export function startCommand(
  args: readonly string[],
  { program, folder, env, onLine }: CommandOptions,
): CommandProcess {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    if (onLine) createInterface({ input: stream }).on('line', onLine)
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })

  return {
    pid: child.pid ?? -1,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output)
          if (!match) return
          waiting.delete(look)
          resolve(match)
        }
        waiting.add(look)
        look()
        void ended.then(({ code, signal }) =>
          reject(new Error(`It ended (${code ?? signal ?? '?'}) without ${String(pattern)}:\n${output}`)),
        )
      }),
  }
}
