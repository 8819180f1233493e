// The API as one function: finds the route, the caller and the limit, and answers, whatever happens.
import { systemClock, type Clock, type TranscriptionService } from '@ytscriptify/core'
import { answeringHandler } from './answering-handler.ts'
import { empty, withoutBody, type Answer } from './answers.ts'
import { everybody } from './authenticate.ts'
import { admit } from './admit.ts'
import { beginExchange, type Exchange } from './exchange.ts'
import { resourceFinder } from './find-resource.ts'
import type { HttpHandler, HttpHandlerOptions, RequestRecord } from './http-options.ts'
import { linkedSignal } from './linked-signal.ts'
import { checkedBasePath, linksBelow } from './links.ts'
import { HttpProblem, isFault, problemAnswer, problemOf } from './problem.ts'
import type { Route } from './route.ts'
import { createRoutes, operationsRoutes } from './routes/routes.ts'

const MEBI = 1024 * 1024

/**
 * Makes the HTTP API of a service, for every host that speaks in `Request` and `Response`.
 *
 * It sends no CORS headers: a key has no place in a web page. A host that wants them adds them to the answers.
 */
export function createHttpHandler(service: TranscriptionService, options: HttpHandlerOptions): HttpHandler {
  const { auth, limits, metrics, onRequest, clock = systemClock } = options
  const basePath = checkedBasePath(options.basePath ?? '')
  const routes = routesOf(service, { ...options, basePath, clock })
  const gate = { authenticate: auth === 'none' ? everybody : auth, ...(limits && { limits }) }
  const onFault = options.onFault ?? warnOfFault
  const find = resourceFinder(routes, { basePath })

  return answeringHandler(async (request, { webRequest, facts }) => {
    const exchange = beginExchange(request, { webRequest, facts, clock })
    const answer = await answerOrProblem(exchange)
    const { status, headers, body } = exchange.method === 'HEAD' ? await withoutBody(answer) : answer
    const allHeaders: Record<string, string> = { ...headers, 'x-request-id': exchange.requestId, ...AS_IT_SAYS }
    for (const [name, value] of Object.entries(exchange.limitHeaders)) allHeaders[name.toLowerCase()] = value
    if (metrics || onRequest) tell(exchange.record(status))
    return { status, headers: allHeaders, body }
  })

  function tell(record: RequestRecord): void {
    if (metrics) guarded(metrics.countRequest, record)
    if (onRequest) guarded(onRequest, record)
  }

  async function answerOrProblem(exchange: Exchange): Promise<Answer> {
    try {
      return await answerOf(exchange)
    } catch (error) {
      return problem(problemOf(error), exchange)
    }
  }

  async function answerOf(exchange: Exchange): Promise<Answer> {
    const { request, method, requestId, closing } = exchange
    const found = find(request.url)
    if (!found) throw new HttpProblem('not_found', 'There is no such path.')
    const { path, routes, allow } = found.resource
    exchange.route = path
    const route = routes.get(method)
    if (!route) {
      if (method === 'OPTIONS') return empty(204, { allow })
      throw new HttpProblem('method_not_allowed', `${path} does not know the method ${method}.`, { headers: { allow } })
    }
    const caller = await admit(route, exchange, { ...gate, onFault: report })
    return route.answer({
      request,
      requestId,
      caller,
      params: found.params,
      isClosing: closing?.aborted === true,
      closing,
      untilGone: () => linkedSignal(closing ? [request.signal, closing] : [request.signal]),
      aboutJob: (id) => void (exchange.jobId = id),
      onFault: report,
    })

    function report(error: unknown): void {
      guarded(onFault, { error, requestId })
    }
  }

  function problem(found: HttpProblem, exchange: Exchange): Answer {
    exchange.code = found.code
    if (isFault(found)) guarded(onFault, { error: found.cause ?? found, requestId: exchange.requestId })
    return problemAnswer(found, exchange)
  }
}

function routesOf(
  service: TranscriptionService,
  options: HttpHandlerOptions & { readonly basePath: string; readonly clock: Clock },
): readonly Route[] {
  const { basePath, clock, queue, metrics, metricsAccess: access = 'keyed', only } = options
  const { maxBodyBytes = MEBI, inlineLimitBytes = 64 * MEBI } = options
  const operations = { service, clock, ...(queue && { queue }), ...(metrics && { metrics: { metrics, access } }) }
  if (only === 'operations') return operationsRoutes(operations)
  return createRoutes({ ...operations, links: linksBelow(basePath), basePath, maxBodyBytes, inlineLimitBytes })
}

/** No browser is to take an answer for another type than it says. */
const AS_IT_SAYS = { 'x-content-type-options': 'nosniff' } as const

/** What a host's listener throws must not reach the caller. */
function guarded<Event>(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event)
  } catch (error) {
    process.emitWarning(`A listener of the HTTP API threw: ${error instanceof Error ? error.stack : String(error)}`)
  }
}

const warnOfFault: NonNullable<HttpHandlerOptions['onFault']> = ({ error, requestId }) =>
  process.emitWarning(`Request ${requestId}: ${error instanceof Error ? error.stack : String(error)}`)
