// Processes of their own that start a storage at the same moment.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { NewJob } from '@ytscriptify/core'

const FIXTURE = fileURLToPath(new URL('./fixtures/start-storage.mjs', import.meta.url))

export interface Start {
  readonly connectionString: string
  readonly schema?: string
}

/** Each stores one of the jobs. Gives what each of them reports: `{ result: true }`, or `{ error }`. */
export async function startTogether(start: Start, jobs: readonly NewJob[]): Promise<readonly unknown[]> {
  const children = jobs.map((job) =>
    fork(FIXTURE, [JSON.stringify({ ...start, max: 2 }), JSON.stringify(job)], { execArgv: [] }),
  )
  try {
    // None begins before all have loaded what they need, which takes longer than the start itself.
    await Promise.all(children.map((child) => once(child, 'message')))
    const reports = children.map(async (child) => {
      const [report] = (await once(child, 'message')) as unknown[]
      return report
    })
    for (const child of children) child.send('start')
    return await Promise.all(reports)
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}
