// The API with a server of its own.
import { setMaxListeners } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:http'
import { Server as NetServer } from 'node:net'
import { systemClock, type TranscriptionService } from '@ytscriptify/core'
import { createHttpHandler } from '../http-handler.ts'
import type { HttpHandler, HttpHandlerOptions } from '../http-options.ts'
import type { ClientAddressOptions } from './client-address.ts'
import { connectionsOf } from './connections.ts'
import { listen } from './listen.ts'
import { nodeServing } from './to-node-handler.ts'

export interface HttpServerOptions extends HttpHandlerOptions, ClientAddressOptions {
  /** Where it listens; 0 takes any free one. @default 5000 */
  readonly port?: number
  /** Which addresses it listens on: `0.0.0.0` for all. @default '127.0.0.1', reached from this machine alone */
  readonly host?: string
  /**
   * How long a connection with a request in hand may be silent in both directions, in milliseconds from its last byte; then
   * it is cut. Until then a client that does not read what it asked for keeps the piece that waits for it in memory. Give no
   * less than a client may wait for an answer (`Prefer: wait=60`). @default 2 minutes
   */
  readonly silenceMs?: number
}

export interface HttpServer {
  /** The API, for calls without a connection. */
  readonly handler: HttpHandler
  /**
   * Begins to listen.
   *
   * @throws an `Error` that names the port and what to do, with the system's error as its cause: `EADDRINUSE`, `EACCES`.
   */
  listen(): Promise<{ readonly url: string; readonly port: number }>
  /**
   * Stops: takes no more connections, ends streams of events, finishes the requests in hand, and tells each client to
   * come on another connection next time. Calling it twice is fine.
   */
  close(options?: CloseOptions): Promise<void>
}

export interface CloseOptions {
  /** How long the requests in hand may take, in milliseconds from the call; then they are cut off. @default 10 s */
  readonly drainMs?: number
  /**
   * How long a connection without a request is kept, in milliseconds from the call. A proxy may have sent a request on it
   * a moment ago; that one is still answered, and then the proxy knows. @default 500 ms
   */
  readonly idleMs?: number
}

/** Makes a server of the API. Nothing is opened before `listen`; the service stays the caller's to close. */
export function createHttpServer(service: TranscriptionService, options: HttpServerOptions): HttpServer {
  const { port = 5_000, host = '127.0.0.1', silenceMs = 120_000, clock = systemClock } = options
  const handler = createHttpHandler(service, options)
  const onFault = options.onFault ?? warnOfFault
  const closing = new AbortController()
  // Each stream and each wait listens to it until it is over: any number of them is no leak.
  setMaxListeners(0, closing.signal)
  const serve = nodeServing(handler, { ...options, onFault, closing: closing.signal })
  const server = createServer(NODE_OPTIONS).setTimeout(silenceMs)
  const connections = connectionsOf(server)
  server.on('request', (request, response) => void serve(request, response, { awaitsContinue: false }))
  server.on('checkContinue', (request, response) => void serve(request, response, { awaitsContinue: true }))
  let closed: Promise<void> | undefined

  return {
    handler,

    async listen() {
      const place = await listen(server, { port, host })
      // A connection that could not be accepted, where files run out: the others go on.
      server.on('error', (error) => onFault({ error, requestId: NONE }))
      return place
    },

    close(closeOptions = {}) {
      closed ??= close(closeOptions)
      return closed
    },
  }

  async function close({ drainMs = 10_000, idleMs = 500 }: CloseOptions): Promise<void> {
    closing.abort(new Error('The server is closing.'))
    if (!server.listening) return
    const drained = new AbortController()
    const cuts = [
      runAfter(idleMs, () => connections.closeIdle()),
      runAfter(drainMs, () => server.closeAllConnections()),
    ]
    await connectionsClosed(server)
    drained.abort()
    await Promise.all(cuts)

    async function runAfter(ms: number, cut: () => void): Promise<void> {
      await clock.sleep(ms, drained.signal).then(cut, (reason: unknown) => {
        // Nothing is left to cut.
        if (!drained.signal.aborted) throw reason
      })
    }
  }
}

/** Resolves when the last connection has gone; takes no new ones from now on. */
async function connectionsClosed(server: Server): Promise<void> {
  // That of net, since that of http closes connections at once which a proxy takes for open.
  await new Promise<void>((resolve) => void NetServer.prototype.close.call(server, () => resolve()))
  // Now that of http, which also stops its timer.
  server.close()
}

const NODE_OPTIONS = {
  // A minute for a body of 1 MiB is 17 kB a second; 10 s for a head, which comes in one packet or two.
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  // Longer than proxies keep theirs (nginx 60 s, AWS 60 s): who closes first must be the one that sends requests.
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16_384,
} as const satisfies ServerOptions

/** What stands for the id of a request where there is none. */
const NONE = '-'

const warnOfFault: NonNullable<HttpHandlerOptions['onFault']> = ({ error }) =>
  process.emitWarning(`The HTTP API: ${error instanceof Error ? String(error.stack) : String(error)}`)
