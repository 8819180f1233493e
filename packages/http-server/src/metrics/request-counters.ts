// Counts the requests that were answered.
import { Counter, Histogram, type Registry } from 'prom-client'
import { OTHER } from './bounded-label.ts'
import type { CountedRequest } from './metrics.ts'

/** Makes the counters, and the function that counts with them. */
export function requestCounters(registry: Registry): (request: CountedRequest) => void {
  const requests = new Counter({
    name: 'ytscriptify_http_requests_total',
    help: 'Requests that were answered, by method, route as it is declared (* where none fits) and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'ytscriptify_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the head of its answer. A request that waits for a change waits up to 60 s.',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  })

  return ({ method: given, route, status, durationMs }) => {
    const method = METHODS.has(given) ? given : OTHER
    requests.inc({ method, route, status })
    duration.observe({ method, route }, durationMs / 1_000)
  }
}

/** A client may send any other word. https://www.rfc-editor.org/rfc/rfc9110#section-9.1 */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
