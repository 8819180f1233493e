// The API over a real service with everything in memory, a source that says what a test tells it, and a request() whose
// every answer is held against the document.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import {
  createTranscriptionService,
  type Submission,
  type TranscriptionServiceOptions,
  type TranscriptionStorage,
} from '@ytscriptify/core'
import { fakeSource, type FakeSourceOptions } from '@ytscriptify/core/testing'
import { onTestFinished } from 'vitest'
import { apiKeys, createHttpHandler, type HttpHandlerOptions, type RequestRecord } from '../src/index.ts'
import { createMetrics, type MetricsOptions } from '../src/metrics/index.ts'
import { createAnswerCheck } from './checked-response.ts'

export const KEY = 'key-of-anna'
export const OTHER_KEY = 'key-of-bert'

export interface SetUpOptions extends Omit<Partial<HttpHandlerOptions>, 'metrics'> {
  readonly storage?: TranscriptionStorage
  readonly source?: FakeSourceOptions
  readonly service?: Partial<TranscriptionServiceOptions>
  readonly metrics?: Partial<MetricsOptions>
}

export interface RequestOptions {
  readonly method?: string
  /** @default the key of anna; `null` for none */
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  readonly body?: RequestInit['body']
  readonly address?: string
  readonly signal?: AbortSignal
  /** Aborts when the server is to stop. */
  readonly closing?: AbortSignal
}

/** An answer with its body read. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the assertions say what it must be
  readonly json: any
}

const check = createAnswerCheck()

export async function setUp({ storage = memoryStorage(), source: sourceOptions, ...options }: SetUpOptions = {}) {
  const source = fakeSource(sourceOptions)
  const service = createTranscriptionService({ storage, source, ...options.service })
  const records: RequestRecord[] = []
  const faults: unknown[] = []
  const handler = createHttpHandler(service, {
    auth: apiKeys({ anna: KEY, bert: OTHER_KEY }),
    onRequest: (record) => void records.push(record),
    onFault: ({ error }) => void faults.push(error),
    ...options,
    metrics: createMetrics({ service, processMetrics: 'off', ...options.metrics }),
  })
  onTestFinished(() => service.close())

  const send = (
    path: string,
    { method, key = KEY, headers, json, body, address, signal, closing }: RequestOptions = {},
  ) =>
    handler(
      new Request(`http://api.test${path}`, {
        method: method ?? (json === undefined && body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(key !== null && { 'x-api-key': key }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(body !== undefined && { body, duplex: 'half' }),
        ...(signal && { signal }),
      }),
      { ...(address !== undefined && { address }), ...(closing && { closing }) },
    )

  async function request(path: string, requestOptions: RequestOptions = {}): Promise<Answered> {
    const response = await send(path, requestOptions)
    const text = await response.text()
    const id = response.headers.get('x-request-id')
    const { method, route } = records.findLast(({ requestId }) => requestId === id)!
    check({ method, route, response, body: text })
    const { status, headers } = response
    const isJson = /[/+]json$/.test(headers.get('content-type') ?? '')
    return { status, headers, text, json: isJson && text !== '' ? JSON.parse(text) : undefined }
  }

  /** A job that a worker has worked on to its end. */
  async function endedJob(
    videos: readonly string[],
    { owner = 'anna', ...submission }: Partial<Submission> = {},
  ): Promise<string> {
    const { job } = await service.submit({ urls: videos, owner, ...submission })
    const worker = service.createWorker({})
    worker.start()
    await service.waitForEnd(job.id)
    await worker.stop()
    return job.id
  }

  /** How many jobs there are, of whomever. */
  const storedJobs = async (): Promise<number> => (await service.list({ limit: 1_000 })).jobs.length

  return { storage, source, service, handler, records, faults, send, request, endedJob, storedJobs }
}
