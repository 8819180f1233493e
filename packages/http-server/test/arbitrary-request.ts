// Requests built from the document of the API: some as it wants them, most of them nearly so, some of them nonsense.
import * as fc from 'fast-check'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- A document is walked by the names that it uses.
type Json = Record<string, any>

export interface ArbitraryRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface RequestArbitraryOptions {
  /** Values of parts of paths that lead somewhere, by name: ids of jobs, videos, deliveries. */
  readonly known: Readonly<Record<string, readonly string[]>>
}

/** Requests to every route of the document, and to some that it does not know. */
export function arbitraryRequest(document: Json, options: RequestArbitraryOptions): fc.Arbitrary<ArbitraryRequest> {
  const routes = Object.entries<Json>(document.paths).flatMap(([path, verbs]) =>
    Object.entries<Json>(verbs).map(([verb, operation]) => requestOf(path, { verb, operation, document, ...options })),
  )
  return fc.oneof(...routes)
}

interface RouteParts extends RequestArbitraryOptions {
  readonly verb: string
  readonly operation: Json
  readonly document: Json
}

function requestOf(path: string, { verb, operation, document, known }: RouteParts): fc.Arbitrary<ArbitraryRequest> {
  const parameters: readonly Json[] = operation.parameters ?? []
  const named = (place: string) => parameters.filter((parameter) => parameter.in === place)
  const schemaOf = (parameter: Json) =>
    fc.boolean().chain((noisy) => fromSchema(parameter.schema ?? {}, { document, noisy }))
  const parts: Record<string, fc.Arbitrary<string>> = Object.fromEntries(
    named('path').map(({ name }) => [name, fc.oneof(weighted(9, fc.constantFrom(...(known[name] ?? ['']))), segment)]),
  )
  const query = Object.fromEntries(named('query').map((parameter) => [parameter.name, schemaOf(parameter)]))
  const headers = Object.fromEntries(
    named('header').map((parameter) => [parameter.name, headerOf(schemaOf(parameter))]),
  )
  const schema = operation.requestBody?.content?.['application/json']?.schema
  const bodyOf = (noisy: boolean) => json(schema ? fromSchema(schema, { document, noisy }) : fc.constant({}))
  const bodies = fc.oneof(
    weighted(6, bodyOf(false)),
    weighted(3, bodyOf(true)),
    json(fc.jsonValue()),
    fc.string({ unit: 'binary' }),
  )

  return fc
    .record({
      method: fc.oneof(
        weighted(9, fc.constant(verb.toUpperCase())),
        fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'),
      ),
      parts: fc.record(parts),
      query: fc.record({ ...query, [UNKNOWN]: fc.string() }, { requiredKeys: [] }),
      headers: fc.record({ ...EXTRA_HEADERS, ...headers }, { requiredKeys: [] }),
      type: fc.oneof(weighted(9, fc.constant('application/json')), headerOf(fc.string())),
      body: bodies,
    })
    .map((made) => {
      const target = path.replace(/\{(\w+)\}/g, (_, name: string) =>
        String((made.parts as Record<string, string>)[name]),
      )
      const entries = Object.entries(made.query).map(([name, value]): [string, string] => [name, plain(value)])
      const hasBody = made.method === 'POST' || made.method === 'PUT'
      return {
        method: made.method,
        path: entries.length > 0 ? `${target}?${new URLSearchParams(entries).toString()}` : target,
        headers: { ...made.headers, ...(hasBody && { 'content-type': made.type }) },
        ...(hasBody && { body: made.body }),
      }
    })
}

/** A parameter that no route knows. */
const UNKNOWN = 'unknown'

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const weighted = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary })

const json = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<string> => arbitrary.map((value) => JSON.stringify(value))

/** Of what may stand in a header at all. */
const headerOf = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  arbitrary.map((value) =>
    plain(value)
      .replace(/[^\x20-\x7e\xa0-\xff]/g, '?')
      .trim(),
  )

/** A part of a path: encoded as a client should, or as it should not. */
const segment = fc.oneof(
  fc.uuid(),
  fc.string({ unit: 'grapheme' }).map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'))),
  fc.constantFrom('%', '%zz', '%00', '%2e%2e', '..', '%ff', "'", '%27%20OR%201=1', 'a'.repeat(2_000)),
)

const EXTRA_HEADERS = {
  'x-request-id': headerOf(fc.string()),
  'if-none-match': fc.constantFrom('*', 'W/"1"', '"', 'x, "y"'),
  'last-event-id': headerOf(fc.oneof(fc.string(), fc.nat())),
  accept: fc.oneof(fc.constantFrom('*/*', 'text/vtt', 'application/json;q=0', 'text/*;q=x'), headerOf(fc.string())),
  prefer: fc.oneof(fc.constantFrom('wait=1', 'wait=-1', 'respond-async'), headerOf(fc.string())),
}

/** What the schema allows; where it is noisy, now and then anything else, at any depth. */
function fromSchema(schema: Json, options: SchemaOptions): fc.Arbitrary<unknown> {
  const valid = validOf(schema, options)
  return options.noisy ? fc.oneof(weighted(12, valid), weighted(1, fc.jsonValue())) : valid
}

interface SchemaOptions {
  readonly document: Json
  readonly noisy: boolean
}

function validOf(schema: Json, options: SchemaOptions): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') return fromSchema(resolve(schema.$ref, options.document), options)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices: readonly Json[] | undefined = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => fromSchema(choice, options)))
  const types: readonly string[] = [schema.type ?? 'object'].flat()
  return fc.oneof(...types.map((type) => valueOf(type, schema, options)))
}

function valueOf(type: string, schema: Json, options: SchemaOptions): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return textOf(schema, options)
    case 'integer':
    case 'number': {
      const range = { min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) }
      return options.noisy ? fc.oneof(fc.integer(range), fc.maxSafeInteger(), fc.double()) : fc.integer(range)
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array': {
      const some = fc.array(fromSchema(schema.items ?? {}, options), { minLength: 1, maxLength: 5 })
      if (!options.noisy) return schema.example ? fc.constant(schema.example) : some
      return fc.oneof(some, fc.array(fromSchema(schema.items ?? {}, options), { maxLength: 60 }))
    }
    default: {
      const properties = Object.entries<Json>(schema.properties ?? {})
      const parts = Object.fromEntries(properties.map(([name, part]) => [name, fromSchema(part, options)]))
      return fc.record(parts, { requiredKeys: (schema.required ?? []).filter((name: string) => name in parts) })
    }
  }
}

function textOf({ example, format, maxLength = 200 }: Json, { noisy }: SchemaOptions): fc.Arbitrary<unknown> {
  const video = fc.constantFrom('https://example.test/dQw4w9WgXcQ', 'jNQXAC9IVRw')
  const formatted = format === 'uri' ? fc.webUrl() : format === 'uuid' ? fc.uuid() : video
  const sane = example === undefined ? formatted : fc.oneof(formatted, fc.constant(example))
  const noise = fc.string({ unit: 'binary', maxLength: Math.min(Number(maxLength) + 1, 300) })
  return noisy ? fc.oneof(sane, noise, fc.constant('')) : sane
}

const resolve = (ref: string, document: Json): Json =>
  ref
    .slice(2)
    .split('/')
    .reduce<Json>((part, key) => part[key], document)
