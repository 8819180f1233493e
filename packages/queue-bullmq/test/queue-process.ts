// Other processes on the same Redis, as tests drive them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Hint, JobNote } from '@ytscriptify/core'
import { eventually } from '@ytscriptify/core/testing'
import { onTestFinished } from 'vitest'

export interface QueueProcess {
  readonly pid: number
  readonly hints: readonly Hint[]
  readonly notes: readonly JobNote[]
  push(hint: Hint): Promise<void>
  announce(note: JobNote): Promise<void>
  /** Closes its queue, and waits until it has ended by itself. @returns how it ended, and what it wrote. */
  close(): Promise<{ readonly code: unknown; readonly output: string; readonly ms: number }>
}

const FIXTURE = fileURLToPath(new URL('./fixtures/queue-process.mjs', import.meta.url))

/** Starts a process for one test, which kills it if it is still there at the end. */
export async function startQueueProcess(url: string, prefix: string): Promise<QueueProcess> {
  const child = fork(FIXTURE, [url, prefix], { silent: true, execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()))
  const messages: Message[] = []
  child.on('message', (message: Message) => messages.push(message))
  const answered = async (isAnswer: (message: Message) => boolean): Promise<void> => {
    await eventually(() => messages.some(isAnswer), { what: `the process answers; it says ${output || 'nothing'}` })
    messages.splice(messages.findIndex(isAnswer), 1)
  }
  const run = async (command: string, input: unknown): Promise<void> => {
    child.send({ command, input })
    await answered(({ done }) => done === command)
  }

  await answered(({ started }) => started === true)
  return {
    pid: child.pid ?? 0,
    get hints() {
      return messages.flatMap(({ hint }) => hint ?? [])
    },
    get notes() {
      return messages.flatMap(({ note }) => note ?? [])
    },
    push: (hint) => run('push', hint),
    announce: (note) => run('announce', note),
    async close() {
      const startedAt = performance.now()
      const exited = once(child, 'exit')
      child.send({ command: 'close' })
      const [code] = (await exited) as unknown[]
      return { code, output, ms: performance.now() - startedAt }
    },
  }
}

interface Message {
  readonly started?: boolean
  readonly done?: string
  readonly hint?: Hint
  readonly note?: JobNote
}
