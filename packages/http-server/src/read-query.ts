// What stands behind the question mark.
import type { z } from 'zod'
import type { ApiRequest } from './api-request.ts'
import { parseInput, type ParseOptions } from './parse-input.ts'
import { invalid } from './problem.ts'

/** Whether a request has a parameter of this name, whatever it says. */
export const asksFor = (request: Pick<ApiRequest, 'url'>, name: string): boolean =>
  parametersOf(request).some(([given]) => given === name)

/**
 * Reads the query of a request. A parameter that is not known, or given twice, is a problem: it would be ignored, and its
 * sender would not learn of it.
 *
 * @throws {HttpProblem} `invalid_input`
 */
export function readQuery<Schema extends z.ZodType>(
  request: ApiRequest,
  schema: Schema,
  options?: ParseOptions,
): z.output<Schema> {
  const parameters = parametersOf(request)
  const values = new Map(parameters)
  if (values.size < parameters.length) {
    const twice = parameters.map(([name]) => name).find((name, index, names) => names.indexOf(name) < index) ?? ''
    throw invalid([{ path: [twice.slice(0, 100)], code: 'invalid_input', message: 'It is given more than once' }])
  }
  return parseInput(schema, Object.fromEntries(values), options)
}

function parametersOf({ url }: Pick<ApiRequest, 'url'>): [string, string][] {
  const start = url.indexOf('?')
  return start < 0 ? [] : [...new URLSearchParams(url.slice(start + 1).replace(/#.*/s, ''))]
}
