// A server or a worker of the cluster: a process that is killed, paused, stopped and started again under one name.
import type { CommandEnd, CommandProcess } from './command-process.ts'

export interface Member {
  /** `server1`, `worker3`. */
  readonly name: string
  /** What all of its processes have said. */
  output(): string
  /** Starts it, or starts it again; resolves when it says that it runs. @throws when it ends before that. */
  start(): Promise<void>
  /** `kill -9`; resolves when the process is gone. One that does not run is left as it is. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  /** SIGSTOP: everything stands still, and every connection stays open. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** The times that it ended while it ran, though nobody had asked for it. */
  faults(): readonly string[]
}

export interface MemberOptions {
  readonly name: string
  readonly run: () => CommandProcess
  /** What its process says when it runs. */
  readonly ready: RegExp
  readonly onReady?: (match: RegExpExecArray) => void
}

export function createMember({ name, run, ready, onReady }: MemberOptions): Member {
  const processes: CommandProcess[] = []
  const asked = new Set<CommandProcess>()
  const faults: string[] = []

  async function end(signal: NodeJS.Signals): Promise<CommandEnd> {
    const process = current()
    asked.add(process)
    process.signal(signal)
    return process.ended
  }

  function current(): CommandProcess {
    const process = processes.at(-1)
    if (!process) throw new Error(`${name} was never started.`)
    return process
  }

  return {
    name,
    output: () => processes.map((process) => process.output()).join(''),
    async start() {
      const process = run()
      processes.push(process)
      const match = await process.until(ready)
      void process.ended.then(({ code, signal }) => {
        if (asked.has(process)) return
        faults.push(`${name} ended by itself (${code ?? signal ?? '?'}): ${process.output().slice(-2_000)}`)
      })
      onReady?.(match)
    },
    async kill() {
      if (processes.length > 0) await end('SIGKILL')
    },
    async stop() {
      return (await end('SIGTERM')).code
    },
    pause: () => current().signal('SIGSTOP'),
    resume: () => current().signal('SIGCONT'),
    faults: () => faults,
  }
}
