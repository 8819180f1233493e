// The API for hosts that speak in Node's requests and responses: node:http, Express, Fastify.
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { ANSWERING, type AnsweringHandler } from '../answering-handler.ts'
import type { HttpHandler } from '../http-options.ts'
import { isFault, problemAnswer, problemOf } from '../problem.ts'
import { clientAddressOf, type ClientAddressOptions } from './client-address.ts'
import { IncomingRequest } from './incoming-request.ts'
import type { NodeRequest } from './node-request.ts'
import { outgoing, writeAnswer, type OutgoingAnswer } from './write-answer.ts'

export interface NodeHandlerOptions extends ClientAddressOptions {
  /**
   * Told of what keeps a request from reaching the handler, and of what the handler throws; the client is only told that
   * it is our fault. @default a warning of the process
   */
  readonly onFault?: FaultListener
}

type FaultListener = (fault: { readonly error: unknown; readonly requestId: string }) => void

/** What node:http, Express and (with its `hijack`) Fastify call. What becomes of the request is its own affair. */
export type NodeHandler = (request: NodeRequest, response: ServerResponse) => void

/**
 * Makes a handler of Node's out of one of the web's.
 *
 * - Below a path of Express (`app.use('/api/transcripts', …)`) give the handler the same `basePath`.
 * - After `express.json()` the body is written again from `request.body`.
 * - In Fastify take the parsers of bodies away, then `reply.hijack()` and hand over `request.raw` and `reply.raw`.
 *
 * @throws {RangeError} when `trustProxy` names no proxies.
 */
export function toNodeHandler(handler: HttpHandler, options: NodeHandlerOptions = {}): NodeHandler {
  const { onFault = warn } = options
  const serve = nodeServing(handler, { ...options, onFault })
  return (request, response) => void serve(request, response, { awaitsContinue: false })
}

export interface ServingOptions extends ClientAddressOptions {
  readonly onFault: FaultListener
  /** Aborts when the server is to stop: streams end then, and connections are not kept. */
  readonly closing?: AbortSignal
}

export interface ServingFacts {
  /** Whether the client waits to be asked for the body (`Expect: 100-continue`), and nobody has asked it yet. */
  readonly awaitsContinue: boolean
}

/** {@link toNodeHandler} for a server of our own, which knows more of its connections. */
export function nodeServing(handler: AnsweringHandler, { onFault, closing, ...addressOptions }: ServingOptions) {
  const addressOf = clientAddressOf(addressOptions)

  return async (message: NodeRequest, to: ServerResponse, { awaitsContinue }: ServingFacts): Promise<void> => {
    let isAsked = !awaitsContinue
    // Where it is never asked for, Node closes the connection: a client may send the body all the same.
    const askForBody = (): void => {
      if (!isAsked) to.writeContinue()
      isAsked = true
    }
    try {
      const answered = await answer(message, to, askForBody)
      // Not while the client still sends: it would see a broken connection instead of the answer.
      if (closing?.aborted === true && message.complete) to.setHeader('connection', 'close')
      await writeAnswer(answered, to, { isHead: message.method === 'HEAD' })
    } catch (error) {
      onFault({ error, requestId: randomUUID() })
      to.destroy()
    }
  }

  async function answer(message: NodeRequest, to: ServerResponse, onBodyWanted: () => void): Promise<OutgoingAnswer> {
    try {
      const request = new IncomingRequest(message, { onBodyWanted })
      abortWhenGone(request, to)
      const address = addressOf(message)
      const facts = { ...(address !== undefined && { address }), ...(closing && { closing }) }
      const answering = handler[ANSWERING]
      if (answering) return await answering(request, { webRequest: () => request.toWeb(), facts })
      return outgoing(await handler(request.toWeb(), facts))
    } catch (error) {
      return problem(error, message)
    }
  }

  function problem(error: unknown, { method = 'GET' }: NodeRequest): OutgoingAnswer {
    const found = problemOf(error)
    const requestId = randomUUID()
    if (isFault(found)) onFault({ error, requestId })
    const answer = problemAnswer(found, { requestId, method })
    return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } }
  }
}

function abortWhenGone(request: IncomingRequest, to: ServerResponse): void {
  to.once('close', () => {
    if (!to.writableFinished) request.abort(new Error('The client has gone.'))
  })
}

const warn: FaultListener = ({ error, requestId }) =>
  process.emitWarning(`Request ${requestId}: ${error instanceof Error ? String(error.stack) : String(error)}`)
