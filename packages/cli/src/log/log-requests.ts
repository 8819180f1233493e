// One line for each request, when its answer is known.
import type { RequestRecord } from '@ytscriptify/http-server'
import type { LogLevel } from '../settings/settings.ts'
import type { Log } from './log.ts'

/** Asked every few seconds by whatever watches the server: told only to who wants to know everything. */
const HEALTH_ROUTES = new Set(['/livez', '/readyz', '/metrics'])

export function logRequest(record: RequestRecord, log: Log): void {
  const { requestId, method, route, jobId, status, durationMs, owner, address, code } = record
  log.write(levelOf(record), 'request', {
    request_id: requestId,
    method,
    route,
    status,
    ms: Math.round(durationMs * 10) / 10,
    owner,
    job: jobId,
    code,
    address,
  })
}

function levelOf({ route, status }: RequestRecord): LogLevel {
  if (status >= 500) return 'warn'
  return HEALTH_ROUTES.has(route) ? 'debug' : 'info'
}
