// Whoever asks the servers over HTTP, and remembers what was promised.
import type { Member } from './member.ts'

/** A server that can be asked. */
export interface Server extends Member {
  readonly url: () => string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as it comes: the assertions say what it must be
  readonly body: any
  /** From the request to the last byte, in milliseconds. */
  readonly ms: number
}

export interface AskOptions {
  readonly method?: string
  readonly body?: unknown
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SubmittedJob {
  readonly id: string
  readonly urls: number
}

export interface Caller {
  ask(server: Server, path: string, options?: AskOptions): Promise<Answer>
  /** Submits and takes any answer; what was answered 202 counts as promised. */
  trySubmit(server: Server, submission: Submission): Promise<Answer>
  /** Submits, and resolves with the id of the job. @throws when it is not accepted. */
  submit(server: Server, submission: Submission): Promise<string>
  /** Asks for a job to be retried, and takes any answer; what was answered 202 counts as promised. */
  retry(server: Server, jobId: string): Promise<Answer>
  /** Every job that was answered 202, so far. */
  promised(): readonly SubmittedJob[]
}

export interface Submission {
  readonly videos: readonly string[]
  readonly callbackUrl?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly key?: string
}

export interface CallerOptions {
  /** The API key, unless a request brings another one. */
  readonly key: string
  /** Hears of every 202. */
  readonly onPromise?: (job: SubmittedJob) => void
}

export function createCaller({ key, onPromise }: CallerOptions): Caller {
  const promised = new Map<string, SubmittedJob>()

  function promise(job: SubmittedJob): void {
    promised.set(job.id, job)
    onPromise?.(job)
  }

  const ask: Caller['ask'] = async (server, path, { method = 'GET', body, key: ownKey = key, headers = {} } = {}) => {
    const started = performance.now()
    const response = await fetch(server.url() + path, {
      method,
      headers: { ...headers, 'X-API-Key': ownKey, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const ms = performance.now() - started
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      ms,
    }
  }

  const trySubmit: Caller['trySubmit'] = async (server, { videos, callbackUrl, headers = {}, key: ownKey = key }) => {
    const answer = await ask(server, '/transcribe', {
      method: 'POST',
      body: { urls: videos, ...(callbackUrl !== undefined && { callback_url: callbackUrl }) },
      headers,
      key: ownKey,
    })
    if (answer.status === 202) promise({ id: String(answer.body.job_id), urls: videos.length })
    return answer
  }

  return {
    ask,
    trySubmit,
    async submit(server, submission) {
      const { status, body } = await trySubmit(server, submission)
      if (status !== 202) throw new Error(`It was answered ${status}: ${JSON.stringify(body)}`)
      return String(body.job_id)
    },
    async retry(server, jobId) {
      const answer = await ask(server, `/job_status/${jobId}/retry`, { method: 'POST' })
      if (answer.status === 202) promise({ id: String(answer.body.job_id), urls: Number(answer.body.counts.total) })
      return answer
    },
    promised() {
      return [...promised.values()]
    },
  }
}
