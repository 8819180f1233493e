// What a host tells the HTTP API: who may call it, how often, and how much of a job goes into one answer.
import type { Clock, JobQueue } from '@ytscriptify/core'
import type { Authenticator } from './authenticate.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { RequestLimits } from './rate-limit/rate-limits.ts'

export interface HttpHandlerOptions {
  /**
   * Who is asking. `apiKeys({ name: secret })` reads `X-API-Key` and `Authorization: Bearer`; a function of your own may ask
   * your sessions. `'none'` lets everybody in as the owner `default`: only behind something that asks.
   */
  readonly auth: Authenticator | 'none'
  /** What the paths begin with when the API is mounted below a path: `/api/transcripts`. @default '' */
  readonly basePath?: string
  /** How often a caller may ask; made by `rateLimits()`. @default without a limit */
  readonly limits?: RequestLimits
  /** The largest body of a request, in bytes. @default 1 MiB */
  readonly maxBodyBytes?: number
  /** A job with more stored text than this is answered with links to its transcripts instead, in bytes. @default 64 MiB */
  readonly inlineLimitBytes?: number
  /** Shown at `/metrics`; made by `createMetrics` of `@ytscriptify/http-server/metrics`. @default no such route */
  readonly metrics?: Metrics
  /** Whether `/metrics` needs a key like other routes. `'open'` is for networks that you trust. @default 'keyed' */
  readonly metricsAccess?: 'keyed' | 'open'
  /** The one that the service was given: `/readyz` says `degraded` while it is away. @default it is not looked at */
  readonly queue?: Pick<JobQueue, 'isConnected'>
  /** `'operations'` serves `/livez`, `/readyz` and `/metrics` alone: for a process that only works. @default all routes */
  readonly only?: 'operations'
  /** Measures how long requests take. @default the system's clock */
  readonly clock?: Clock
  /** Told of each request when its answer is known. For logs and metrics. */
  readonly onRequest?: (record: RequestRecord) => void
  /** Told of each fault of ours: the caller only gets the id of the request. @default a warning of the process */
  readonly onFault?: (fault: { readonly error: unknown; readonly requestId: string }) => void
}

/** What happened to one request. Nothing of it is secret: queries and keys are left out. */
export interface RequestRecord {
  /** As in the answer's `X-Request-Id`. */
  readonly requestId: string
  readonly method: string
  /** The route as it is declared, `/job_status/{id}`, or `*` where none fits. */
  readonly route: string
  /** The job that it speaks of, where it does. */
  readonly jobId?: string
  readonly status: number
  /** From the arrival of the request to the head of the answer, in milliseconds. */
  readonly durationMs: number
  readonly owner?: string
  readonly address?: string
  /** The code of the problem, where there was one. */
  readonly code?: string
}

/** What the host knows of a request and the request itself does not say. */
export interface RequestFacts {
  /** Where the request came from, for limits on wrong keys. @default unknown: such requests share one limit */
  readonly address?: string
  /** Aborts when the server is to stop: streams and waits end then. @default never */
  readonly closing?: AbortSignal
}

/** The API as one function, for every host that speaks in `Request` and `Response`. */
export type HttpHandler = (request: Request, facts?: RequestFacts) => Promise<Response>
