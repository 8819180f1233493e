// Other processes on the same file, as tests drive them.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface StorageProcess {
  /** Runs a command of fixtures/storage-process.mjs. */
  run<Result>(command: string, input?: unknown): Promise<Result>
  /** Everything that it reports besides the answers. */
  readonly reports: readonly Record<string, unknown>[]
  /** Resolves when it has made so many reports. */
  reported(count: number): Promise<void>
  /** Kills it as a power cut would, and waits for its end. */
  kill(): Promise<void>
}

const FIXTURE = fileURLToPath(new URL('./fixtures/storage-process.mjs', import.meta.url))

export async function startStorageProcess(filename: string): Promise<StorageProcess> {
  const child = fork(FIXTURE, [filename], { serialization: 'advanced', execArgv: [] })
  await nextMessage(child, ({ started }) => started === true)
  const reports: Record<string, unknown>[] = []
  child.on('message', (message: Record<string, unknown>) => {
    if (!isAnswer(message)) reports.push(message)
  })
  return {
    reports,
    async run<Result>(command: string, input?: unknown) {
      const answer = nextMessage(child, isAnswer)
      child.send({ command, input })
      const { error, result } = await answer
      if (error) throw Object.assign(new Error(), error)
      return result as Result
    },
    async reported(count) {
      while (reports.length < count) await nextMessage(child, () => true)
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Starts `count` processes, hands them over, and ends them whatever happens. */
export async function withProcesses<T>(
  filename: string,
  count: number,
  use: (processes: readonly StorageProcess[]) => Promise<T>,
): Promise<T> {
  const processes = await Promise.all(Array.from({ length: count }, () => startStorageProcess(filename)))
  try {
    return await use(processes)
  } finally {
    await Promise.all(processes.map((process) => process.kill()))
  }
}

const isAnswer = (message: Record<string, unknown>): boolean => 'result' in message || 'error' in message

function nextMessage(
  child: ChildProcess,
  isWanted: (message: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`The process ended with ${code}.`))
    const onMessage = (message: Record<string, unknown>): void => {
      if (!isWanted(message)) return
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(message)
    }
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}
