// Callers who keep a cluster busy: they submit as fast as they are called back, and remember every answer.
import { randomUUID } from 'node:crypto'
import { eventually } from '@ytscriptify/core/testing'
import type { Answer, Server } from './caller.ts'
import { PATIENCE_MS, type Cluster } from './cluster.ts'

export interface Load {
  /** What the callers were answered so far. */
  answers(): readonly Answer[]
  /** Requests that got no answer: the server was not there, or went away. */
  unheard(): number
  /** Resolves when this many more submissions were accepted. */
  accepted(jobs: number): Promise<void>
  /** Resolves when every caller has got the answer to his last submission. */
  stop(): Promise<void>
}

export interface LoadOptions {
  /** @default 2 */
  readonly callers?: number
  /** @default 5 */
  readonly videosPerJob?: number
  /** Jobs that are not called back yet, at most. @default 12 */
  readonly jobsAhead?: number
}

/**
 * Each submission has a key of its own, is brought to each server in turn, and is repeated until it is accepted: as
 * clients and load balancers do.
 */
export function startLoad(cluster: Cluster, options: LoadOptions = {}): Load {
  const { callers = 2, videosPerJob = 5, jobsAhead = 12 } = options
  const stopping = new AbortController()
  const answers: Answer[] = []
  let unheard = 0
  let turn = 0

  const arrivedBefore = cluster.receiver.arrived()

  const accepted = (): number => answers.filter(({ status }) => status === 202).length
  const ahead = (): number => accepted() - (cluster.receiver.arrived() - arrivedBefore)

  async function call(): Promise<void> {
    while (!stopping.signal.aborted) {
      await untilWanted()
      await submitUntilAccepted()
    }
  }

  async function untilWanted(): Promise<void> {
    await eventually(() => stopping.signal.aborted || ahead() < jobsAhead, {
      what: `fewer than ${jobsAhead} jobs are not called back yet`,
      withinMs: PATIENCE_MS,
    })
  }

  async function submitUntilAccepted(): Promise<void> {
    const submission = {
      videos: cluster.videos(videosPerJob),
      callbackUrl: cluster.receiver.url,
      headers: { 'Idempotency-Key': randomUUID() },
    }
    await eventually(
      async () => {
        const answer = await cluster.trySubmit(nextServer(), submission).catch(notHeard)
        if (answer) answers.push(answer)
        else unheard += 1
        return answer?.status === 202
      },
      { what: 'a submission is accepted', withinMs: PATIENCE_MS },
    )
  }

  function nextServer(): Server {
    turn += 1
    const server = cluster.servers[turn % cluster.servers.length]
    if (!server) throw new Error('There is no server to ask.')
    return server
  }

  const calls = Promise.all(Array.from({ length: callers }, call))
  // What goes wrong is told to whoever stops it.
  calls.catch(() => undefined)
  return {
    answers: () => answers,
    unheard: () => unheard,
    async accepted(jobs) {
      const goal = accepted() + jobs
      await eventually(() => accepted() >= goal, { what: `${jobs} more jobs are accepted`, withinMs: PATIENCE_MS })
    },
    async stop() {
      stopping.abort()
      await calls
    },
  }
}

/** `fetch` rejects with a TypeError when there is no connection, or no end of the answer. */
function notHeard(error: unknown): undefined {
  if (!(error instanceof TypeError)) throw error
}
