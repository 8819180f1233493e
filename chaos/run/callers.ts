// Those who use the servers during a run: they submit lists of all shapes, repeat what got no answer, cancel and retry.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@ytscriptify/core/testing'
import type { Answer, Caller, Server, Submission } from '../cluster/caller.ts'
import { between, oneOf } from '../random.mjs'

export interface Callers {
  /** Submits something new by one server, under a key if one is given. @returns the answer, if there was one */
  submitTo(server: Server, key?: string): Promise<Answer | undefined>
  /** Cancels a job of late that is chosen by chance. */
  cancel(chosen: number): Promise<void>
  /** Retries a job of late that is chosen by chance. */
  retry(chosen: number): Promise<void>
  /** Resolves when every caller has got the answer to his last submission. */
  stop(): Promise<void>
}

export interface CallersOptions {
  readonly caller: Caller
  readonly servers: readonly Server[]
  readonly random: () => number
  readonly callbackUrl: string
  /** Whether so much waits already that nobody need submit more. */
  readonly isEnough: () => boolean
  readonly onProblem: (text: string) => void
}

export function startCallers(options: CallersOptions): Callers {
  const { caller, servers, random, callbackUrl, isEnough, onProblem } = options
  const stopping = new AbortController()
  let videoCount = 0

  async function call(): Promise<void> {
    while (!stopping.signal.aborted) {
      await eventually(() => stopping.signal.aborted || !isEnough(), { what: 'work is wanted', withinMs: PATIENCE_MS })
      const submission = submissionOf(randomUUID())
      const isAccepted = async (): Promise<boolean> => {
        const answer = await submit(oneOf(random, servers), submission)
        if (answer?.status !== 202) await delay(REPEAT_MS)
        return answer?.status === 202
      }
      await eventually(isAccepted, { what: 'a submission is accepted', withinMs: PATIENCE_MS })
    }
  }

  async function submit(server: Server, submission: Submission): Promise<Answer | undefined> {
    const answer = await heard(caller.trySubmit(server, submission))
    if (answer) expectStatus(answer, [202], 'A submission')
    return answer
  }

  function submissionOf(key: string): Submission {
    const videos = Array.from({ length: oneOf(random, SIZES) }, videoOf)
    return {
      videos,
      headers: { 'Idempotency-Key': key },
      ...(random() < 0.7 && { callbackUrl }),
    }
  }

  /** Mostly a new one, sometimes one that was there before, in this job even, or one that has no text to give. */
  function videoOf(): string {
    const chance = random()
    if (chance < 0.04) return oneOf(random, ['no_captions', 'private_vid', 'gettysburg1'])
    if (chance > 0.15 || videoCount === 0) videoCount += 1
    return `bulk${String(chance < 0.1 ? between(random, 1, videoCount) : videoCount).padStart(7, '0')}`
  }

  /** A job of late. */
  function someJob(chosen: number): string | undefined {
    const jobs = caller.promised().slice(-OF_LATE)
    return jobs[Math.floor(chosen * jobs.length)]?.id
  }

  /** 503 asks to come back, and says when. */
  function expectStatus({ status, headers, body }: Answer, allowed: readonly number[], what: string): void {
    if (allowed.includes(status) || (status === 503 && Number(headers.get('retry-after')) > 0)) return
    onProblem(`${what} was answered ${status}: ${JSON.stringify(body)}`)
  }

  const calls = Promise.all(Array.from({ length: CALLERS }, call))
  // What goes wrong is told to whoever stops them.
  calls.catch(() => undefined)
  return {
    submitTo: (server, key = randomUUID()) => submit(server, submissionOf(key)),
    async cancel(chosen) {
      const id = someJob(chosen)
      if (id === undefined) return
      const answer = await heard(caller.ask(oneOf(random, servers), `/job_status/${id}`, { method: 'DELETE' }))
      // 409: it has ended.
      if (answer) expectStatus(answer, [200, 409], `The cancellation of job ${id}`)
    },
    async retry(chosen) {
      const id = someJob(chosen)
      if (id === undefined) return
      const answer = await heard(caller.retry(oneOf(random, servers), id))
      // 409: it has not ended; 422: it has no video that failed.
      if (answer) expectStatus(answer, [202, 409, 422], `The retry of job ${id}`)
    },
    async stop() {
      stopping.abort()
      await calls
    },
  }
}

const CALLERS = 3
/** Videos of a job: most lists are short. */
const SIZES = [1, 1, 1, 2, 3, 5, 12]
/** How many of the last jobs may be cancelled or retried. */
const OF_LATE = 30
/** After which pause a submission is repeated that was not accepted, in milliseconds. */
const REPEAT_MS = 50
/** How long anything may take, in milliseconds, with a database that is away and a machine that is busy. */
const PATIENCE_MS = 180_000

/** `fetch` rejects with a TypeError when there is no connection, or no end of the answer. */
async function heard(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined
    throw error
  }
}
