// Holds every answer of the suite against the document: status, headers and body must be declared.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { openApiDocument } from '../src/openapi/openapi-document.ts'
import { linksBelow } from '../src/links.ts'
import { createRoutes } from '../src/routes/routes.ts'
import type { Json } from './json-document.ts'

/** What HTTP and every answer of this service bring along, on whatever route. */
const EVERYWHERE = ['content-type', 'content-length', 'cache-control', 'vary', 'x-content-type-options', 'x-request-id']

/** Answers of all paths that the document does not repeat on each: RFC 9110, sections 9.3.7 and 15.5.6. */
const OF_ALL_PATHS: Record<number, readonly string[]> = { 204: ['allow'], 404: [], 405: ['allow'] }

export interface Answer {
  readonly method: string
  /** The route as it is declared, or `*`. */
  readonly route: string
  readonly response: Response
  readonly body: string
}

/** Makes the check. It throws, naming what is not declared. */
export function createAnswerCheck(): (answer: Answer) => void {
  const document = documentOf()
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'api', ...document })
  const validators = new Map<string, ValidateFunction>()

  const validatorOf = (pointer: string): ValidateFunction => {
    const known = validators.get(pointer)
    if (known) return known
    const made = ajv.compile({ $ref: `api#${pointer}` })
    validators.set(pointer, made)
    return made
  }

  return ({ method, route, response, body }) => {
    const where = `${method} ${route} → ${response.status}`
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const declared: Json | undefined = document.paths[route]?.[verb]?.responses[response.status]
    const type = response.headers.get('content-type')?.split(';')[0] ?? ''
    const isProblem = type === 'application/problem+json'
    const general = OF_ALL_PATHS[response.status]
    if (!declared && !general) throw new Error(`${where} is not declared: ${body}`)

    checkHeaders(response, [...EVERYWHERE, ...(general ?? []), ...Object.keys(declared?.headers ?? {})], where)
    for (const [name, { required }] of Object.entries<Json>(declared?.headers ?? {})) {
      if (required && !response.headers.has(name)) throw new Error(`${where} has no ${name}.`)
    }
    if (method === 'HEAD' || response.status === 304 || response.status === 204) {
      if (body !== '') throw new Error(`${where} has a body.`)
      return
    }
    if (!declared && isProblem) return validate('/components/schemas/Problem')
    if (!declared?.content?.[type]) throw new Error(`${where} is of the type "${type}", which is not declared.`)
    if (!/[/+]json$/.test(type)) return
    validate(`/paths/${escaped(route)}/${verb}/responses/${response.status}/content/${escaped(type)}/schema`)

    function validate(pointer: string): void {
      const validator = validatorOf(pointer)
      if (validator(JSON.parse(body))) return
      throw new Error(`${where} is not as declared: ${ajv.errorsText(validator.errors)}\n${body.slice(0, 2_000)}`)
    }
  }
}

function checkHeaders({ headers }: Response, declared: readonly string[], where: string): void {
  const names = new Set(declared.map((name) => name.toLowerCase()))
  const unknown = [...headers.keys()].filter((name) => !names.has(name))
  if (unknown.length > 0) throw new Error(`${where} has undeclared headers: ${unknown.join(', ')}`)
}

/** In a URI fragment, braces are written as escapes. */
const escaped = (key: string): string =>
  encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%7E', '~')

/** Of all routes; which service is behind them makes no difference to the document. */
export function documentOf({ basePath = '' } = {}): Json {
  const metrics = { access: 'keyed' }
  const parts = { links: linksBelow(basePath), basePath, metrics } as Parameters<typeof createRoutes>[0]
  return JSON.parse(JSON.stringify(openApiDocument(createRoutes(parts), { basePath })))
}
