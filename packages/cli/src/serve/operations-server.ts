// What a worker shows of itself: its health and its metrics, on a port of their own.
import { inspect } from 'node:util'
import { apiKeys, createHttpServer, type HttpServer } from '@ytscriptify/http-server'
import { logRequest } from '../log/log-requests.ts'
import type { Log } from '../log/log.ts'
import type { OpenedService } from '../open-service.ts'
import type { Settings } from '../settings/settings.ts'
import { listenProblem } from './listen-problem.ts'
import { openMetrics } from './open-metrics.ts'

export interface OperationsServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Listens where METRICS_PORT says. Where API keys are set, the metrics want one, as those of the server do; a worker that
 * has none shows them to whoever reaches the port.
 *
 * @throws {TranscriptionError} `invalid_input` when the port or the address cannot be had.
 */
export async function startOperationsServer(
  opened: OpenedService,
  { settings, log }: { readonly settings: Settings; readonly log: Log },
): Promise<OperationsServer | undefined> {
  const { host, metricsPort } = settings.server
  if (metricsPort === undefined) return undefined
  const metrics = openMetrics(opened, { log })
  await metrics.load()
  const isKeyed = settings.apiKeys.length > 0
  const server: HttpServer = createHttpServer(opened.service, {
    host,
    port: metricsPort,
    only: 'operations',
    auth: isKeyed ? apiKeys(Object.fromEntries(settings.apiKeys.map(({ name, secret }) => [name, secret]))) : 'none',
    metricsAccess: isKeyed ? 'keyed' : 'open',
    metrics,
    ...(opened.queue && { queue: opened.queue }),
    onRequest: (record) => logRequest(record, log),
    onFault: ({ error, requestId }) =>
      log.write('error', 'request.fault', { request_id: requestId, message: inspect(error) }),
  })
  const { url } = await server.listen().catch((error: unknown) => {
    throw listenProblem(error, 'METRICS_PORT')
  })
  log.write('info', 'operations.started', { url })
  return { url, close: () => server.close({ drainMs: 1_000 }) }
}
