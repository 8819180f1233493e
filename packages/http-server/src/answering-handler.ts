// A handler of the web that this package's layer over node:http asks for less: for answers that are no Response yet, to
// requests that are no Request yet.
import { responseOf, type Answer } from './answers.ts'
import type { ApiRequest } from './api-request.ts'
import type { HttpHandler, RequestFacts } from './http-options.ts'

export interface AnsweringOptions {
  /** The request as one of the web, for an authenticator that needs all of it. */
  readonly webRequest: () => Request
  readonly facts: RequestFacts
}

/** The same handler without the web around it. */
export type Answering = (request: ApiRequest, options: AnsweringOptions) => Promise<Answer>

/** Making a Request and a Response, and reading them again, costs more than a small answer itself. */
export const ANSWERING = Symbol('answering')

/** A handler; one of our own has a shorter way to its answers. */
export interface AnsweringHandler extends HttpHandler {
  readonly [ANSWERING]?: Answering
}

export function answeringHandler(answer: Answering): AnsweringHandler {
  const handle: HttpHandler = async (request, facts = {}) =>
    responseOf(await answer(request, { webRequest: () => request, facts }))
  return Object.assign(handle, { [ANSWERING]: answer })
}
