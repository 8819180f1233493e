// What the HTTP server is told by the settings, and where it reports to.
import { inspect } from 'node:util'
import { systemClock, type JobQueue, type RateLimitStore } from '@ytscriptify/core'
import { apiKeys, rateLimits, type HttpServerOptions, type Metrics } from '@ytscriptify/http-server'
import type { KeysInEffect } from '../keys/keys-in-effect.ts'
import { logRequest } from '../log/log-requests.ts'
import type { Log } from '../log/log.ts'
import { createRepeatedErrors } from '../log/repeated-errors.ts'
import type { Settings } from '../settings/settings.ts'

export interface ServerParts {
  readonly keys: KeysInEffect
  readonly log: Log
  readonly metrics: Metrics
  readonly queue: JobQueue | undefined
  /** Where requests are counted. @default this process */
  readonly store: RateLimitStore | undefined
}

export function httpServerOptions(
  { server }: Settings,
  { keys, log, metrics, queue, store }: ServerParts,
): HttpServerOptions {
  const errors = createRepeatedErrors({ now: systemClock.now })
  const { host, port, trustProxy, maxBodyBytes, inlineLimitBytes, requestLimit, readLimit, routeLimits } = server
  return {
    host,
    port,
    trustProxy,
    maxBodyBytes,
    inlineLimitBytes,
    auth: apiKeys(Object.fromEntries(keys.apiKeys.map(({ name, secret }) => [name, secret]))),
    limits: rateLimits({ request: requestLimit, read: readLimit, routes: routeLimits, ...(store && { store }) }),
    metrics,
    ...(queue && { queue }),
    onRequest: (record) => logRequest(record, log),
    // A Redis that is away fails the count of every request.
    onFault({ error, requestId }) {
      const told = errors.tell('request', error instanceof Error ? error.message : String(error))
      if (told) log.write('error', 'request.fault', { request_id: requestId, message: inspect(error), ...told })
    },
  }
}
