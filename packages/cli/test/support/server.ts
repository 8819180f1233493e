// The real server as a child process, somebody who asks it, and somebody who takes its callbacks.
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { RunOptions, RunningCommand, Workplace } from './workplace.ts'

export const API_KEY = 'q7PzV0bYt3mKx9RwLs2NfD8hJc5Ga1Ue'
export const SECRET_KEY = 'Zk4TnW8vBq1XyC6pHd0RmE3sJf7Lg9Au'

export interface StartedServer {
  readonly command: RunningCommand
  readonly url: string
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** Submits, and returns the id of the job. */
  submit(urls: readonly string[], callbackUrl?: string): Promise<string>
  /** Resolves with the job when it has ended. */
  ended(jobId: string): Promise<Answer['body']>
  /** Ends it, and resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface AskOptions {
  readonly method?: string
  readonly body?: unknown
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as it comes: the assertions say what it must be
  readonly body: any
}

export async function startServer(
  place: Workplace,
  { args = [], env = {} }: RunOptions & { readonly args?: readonly string[] } = {},
): Promise<StartedServer> {
  const command = place.start(['serve', '--port', '0', ...args], {
    env: { API_KEY, SECRET_KEY, READ_LIMIT: 'off', REQUEST_LIMIT: 'off', ...env },
  })
  const [, url = ''] = await command.until('stdout', /listens on (http\S+)\n/)

  const ask: StartedServer['ask'] = async (path, { method = 'GET', body, key = API_KEY, headers = {} } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, 'X-API-Key': key, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const content = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: content === '' ? undefined : JSON.parse(content),
    }
  }

  return {
    command,
    url,
    ask,
    async submit(urls, callbackUrl) {
      const body = { urls, ...(callbackUrl !== undefined && { callback_url: callbackUrl }) }
      const { status, body: job } = await ask('/transcribe', { method: 'POST', body })
      if (status !== 202) throw new Error(`It was refused with ${status}: ${JSON.stringify(job)}`)
      return String(job.job_id)
    },
    async ended(jobId) {
      for (;;) {
        const { body: job } = await ask(`/job_status/${jobId}`, { headers: { Prefer: 'wait=20' } })
        if (!['pending', 'processing'].includes(String(job.status))) return job
      }
    },
    async stop(signal = 'SIGTERM') {
      command.child.kill(signal)
      return (await command.ended).code
    },
  }
}

export interface ReceivedCallback {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly url: string
  /** As WEBHOOK_ALLOWED_HOSTS names it. */
  readonly host: string
  readonly received: readonly ReceivedCallback[]
  /** Resolves when so many have come. */
  count(atLeast: number): Promise<readonly ReceivedCallback[]>
  close(): Promise<void>
}

/** @param answer - Answers each callback; the number of it begins with 1. It may let it hang. */
export async function startReceiver(
  answer: (response: ServerResponse, number: number) => void = (response) => response.writeHead(204).end(),
): Promise<Receiver> {
  const received: ReceivedCallback[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ id: String(request.headers['webhook-id']), headers: request.headers, body })
      answer(response, received.length)
      for (const look of waiting) look()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}/hook?token=callback-token-of-n8n`,
    host,
    received,
    count: (atLeast) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length >= atLeast) resolve(received)
        }
        waiting.add(look)
        look()
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As any receiver checks it. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function isSigned({ id, headers, body }: ReceivedCallback, secret = SECRET_KEY): boolean {
  const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`
  const signature = `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(signature)
}
