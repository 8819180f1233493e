// A handler of the web that this package's layer over node:http asks for less: for answers that are no Response yet.
import { responseOf, type Answer } from './answers.ts'
import type { HttpHandler, RequestFacts } from './http-options.ts'

/** The same handler before a Response is made of its answer. */
export type Answering = (request: Request, facts: RequestFacts) => Promise<Answer>

/** Making a Response, and reading it again, costs as much as a small answer itself. */
export const ANSWERING = Symbol('answering')

/** A handler; one of our own has a shorter way to its answers. */
export interface AnsweringHandler extends HttpHandler {
  readonly [ANSWERING]?: Answering
}

export const answeringHandler = (answer: Answering): AnsweringHandler =>
  Object.assign(async (request: Request, facts: RequestFacts = {}) => responseOf(await answer(request, facts)), {
    [ANSWERING]: answer,
  })
