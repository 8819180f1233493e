// What a route is: what it takes and gives, for the document, and what it does.
import type { RouteConfig } from '@hono/zod-openapi'
import type { Clock, JobQueue, TranscriptionService } from '@ytscriptify/core'
import type { ApiRequest } from './api-request.ts'
import type { Answer } from './answers.ts'
import type { LinkedSignal } from './linked-signal.ts'
import type { Links } from './links.ts'
import type { Caller } from './authenticate.ts'
import type { Metrics } from './metrics/metrics.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As the document writes it: `/job_status/{id}`. */
  readonly path: string
  /**
   * Whether it is open to everybody, or for which requests; it tells nothing of anybody's jobs then. @default only with a
   * key
   */
  readonly open?: true | ((request: Pick<ApiRequest, 'url'>) => boolean)
  /** Whether it makes work, and so falls under the stricter limit. @default false */
  readonly submits?: true
  /** What the document says of it. A function, since most processes never show the document. */
  readonly describe: () => Omit<RouteConfig, 'method' | 'path'>
  readonly answer: (call: Call) => Answer | Promise<Answer>
}

/** One request to one route. */
export interface Call {
  readonly request: ApiRequest
  /** The parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly caller: Caller
  readonly requestId: string
  /** Whether the server is to stop: it still answers, and nobody should send it more. */
  readonly isClosing: boolean
  /** Aborts when the server is to stop. Absent where the host does not say. */
  readonly closing: AbortSignal | undefined
  /** Makes a signal that aborts when the client has gone, or the server is to stop. Whoever makes it releases it. */
  readonly untilGone: () => LinkedSignal
  /** Says of which job the request is, for its record and for a problem. */
  readonly aboutJob: (id: string) => void
  /** Tells of a fault that comes when the head of the answer is out. */
  readonly onFault: (error: unknown) => void
}

/** What all routes are made of. */
export interface RouteParts {
  readonly service: TranscriptionService
  readonly links: Links
  readonly basePath: string
  readonly clock: Clock
  readonly maxBodyBytes: number
  readonly inlineLimitBytes: number
  readonly queue?: Pick<JobQueue, 'isConnected'>
  /** Without any there is no such route. */
  readonly metrics?: ShownMetrics
}

/** Metrics, and who may see them. */
export interface ShownMetrics {
  readonly metrics: Metrics
  readonly access: 'keyed' | 'open'
}
