// The API as one function: finds the route, the caller and the limit, and answers, whatever happens.
import { systemClock, type TranscriptionService } from '@ytscriptify/core'
import { Hono, type Context } from 'hono'
import { everybody } from './authenticate.ts'
import { admit } from './admit.ts'
import { beginExchange, type Exchange } from './exchange.ts'
import type { HttpHandler, HttpHandlerOptions } from './http-options.ts'
import { linkedSignal } from './linked-signal.ts'
import { checkedBasePath, linksBelow } from './links.ts'
import { HttpProblem, isFault, problemOf, problemResponse } from './problem.ts'
import type { Route } from './route.ts'
import { createRoutes } from './routes/routes.ts'

const MEBI = 1024 * 1024

/**
 * Makes the HTTP API of a service, for every host that speaks in `Request` and `Response`.
 *
 * It sends no CORS headers: a key has no place in a web page. A host that wants them adds them to the answers.
 */
export function createHttpHandler(service: TranscriptionService, options: HttpHandlerOptions): HttpHandler {
  const { auth, limits, maxBodyBytes = MEBI, inlineLimitBytes = 64 * MEBI, clock = systemClock } = options
  const basePath = checkedBasePath(options.basePath ?? '')
  const routes = createRoutes({ service, links: linksBelow(basePath), basePath, maxBodyBytes, inlineLimitBytes, clock })
  const gate = { authenticate: auth === 'none' ? everybody : auth, ...(limits && { limits }) }
  const onFault = options.onFault ?? warnOfFault
  const app = new Hono<Env>().basePath(basePath)

  for (const [path, methods] of byPath(routes)) {
    for (const route of methods) app.on(route.method, honoPath(path), (context) => answer(route, context))
    const allow = allowOf(methods)
    app.options(honoPath(path), (context) => {
      context.env.exchange.route = path
      return new Response(null, { status: 204, headers: { allow } })
    })
    app.all(honoPath(path), ({ env: { exchange }, req: { method } }) => {
      exchange.route = path
      const detail = `${path} does not know the method ${method}.`
      return problem(new HttpProblem('method_not_allowed', detail, { headers: { allow } }), exchange)
    })
  }
  app.notFound(({ env: { exchange } }) => problem(new HttpProblem('not_found', 'There is no such path.'), exchange))

  return async (request, facts = {}) => {
    const exchange = beginExchange(request, { facts, clock })
    const response = await app.fetch(request, { exchange })
    const { headers } = response
    headers.set('x-request-id', exchange.requestId)
    headers.set('x-content-type-options', 'nosniff')
    for (const [name, value] of Object.entries(exchange.limitHeaders)) headers.set(name, value)
    if (options.onRequest) guarded(options.onRequest, exchange.record(response.status))
    return response
  }

  async function answer(route: Route, { env: { exchange }, req }: Context<Env>): Promise<Response> {
    const { request, requestId, closing } = exchange
    exchange.route = route.path
    try {
      const caller = await admit(route, exchange, { ...gate, onFault: report })
      return await route.answer({
        request,
        requestId,
        caller,
        params: req.param(),
        isClosing: closing?.aborted === true,
        untilGone: () => linkedSignal(closing ? [request.signal, closing] : [request.signal]),
        aboutJob: (id) => void (exchange.jobId = id),
        onFault: report,
      })
    } catch (error) {
      return problem(problemOf(error), exchange)
    }

    function report(error: unknown): void {
      guarded(onFault, { error, requestId })
    }
  }

  function problem(found: HttpProblem, exchange: Exchange): Response {
    exchange.code = found.code
    if (isFault(found)) guarded(onFault, { error: found.cause ?? found, requestId: exchange.requestId })
    return problemResponse(found, exchange)
  }
}

interface Env {
  Bindings: { readonly exchange: Exchange }
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>()
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route])
  return paths
}

/** HEAD is wherever GET is: Hono answers it with the head of the same answer. */
function allowOf(routes: readonly Route[]): string {
  const methods = routes.map(({ method }) => method)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

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
