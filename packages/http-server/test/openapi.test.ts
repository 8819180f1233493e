import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { LIMITED_ROUTES } from '../src/rate-limit/limited-routes.ts'
import { documentOf } from './checked-response.ts'
import type { Json } from './json-document.ts'
import { setUp } from './set-up.ts'

const document = documentOf()
const operations: { name: string; path: string; operation: Json }[] = Object.entries<Json>(document.paths).flatMap(
  ([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
)

describe('GET /openapi.json', () => {
  it('is open to everybody, and not sent again to who has it', async () => {
    const { request } = await setUp()

    const { status, headers, json } = await request('/openapi.json', { key: null })
    const again = await request('/openapi.json', { key: null, headers: { 'if-none-match': headers.get('etag')! } })
    const head = await request('/openapi.json', { key: null, method: 'HEAD' })

    expect(status).toBe(200)
    expect(json.openapi).toBe('3.1.0')
    expect([again.status, head.status]).toEqual([304, 200])
    expect(head.headers.get('content-type')).toBe('application/json')
  })

  it('says where the API is mounted', async () => {
    const { request } = await setUp({ basePath: '/api/transcripts' })

    const { json } = await request('/api/transcripts/openapi.json')

    expect(json.servers).toEqual([{ url: '/api/transcripts' }])
  })
})

describe('the description of the API', () => {
  it('has the routes of the API', () => {
    expect(operations.map(({ name }) => name).toSorted()).toEqual([
      'DELETE /job_status/{id}',
      'GET /inspect/active',
      'GET /inspect/stats',
      'GET /inspect/workers',
      'GET /job_status/{id}',
      'GET /job_status/{id}/deliveries',
      'GET /job_status/{id}/events',
      'GET /job_status/{id}/transcripts',
      'GET /job_status/{id}/transcripts/{video_id}',
      'GET /jobs',
      'GET /livez',
      'GET /metrics',
      'GET /openapi.json',
      'GET /readyz',
      'GET /videos/{id}/tracks',
      'POST /job_status/{id}/deliveries/{delivery_id}/replay',
      'POST /job_status/{id}/retry',
      'POST /transcribe',
    ])
  })

  it('knows the routes that have limits: all that are not open to everybody', () => {
    const keyed = operations.filter(({ operation }) => operation['security']?.length !== 0)

    expect(LIMITED_ROUTES).toEqual(keyed.map(({ name }) => name))
  })

  it.each(operations)('of $name is complete', ({ path, operation }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const parameters: Json[] = operation['parameters'] ?? []

    expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.any(String) })
    expect(parameters.filter((parameter) => parameter['in'] === 'path').map(({ name }) => name)).toEqual(inPath)
    expect(parameters.filter(({ description }) => !description)).toEqual([])
    for (const response of Object.values<Json>(operation['responses'])) {
      expect(response['description']).toBeTruthy()
      expect(response['headers']).toHaveProperty('X-Request-Id')
    }
  })

  it('gives each operation a name of its own', () => {
    const names = operations.map(({ operation }) => operation['operationId'])

    expect(new Set(names).size).toBe(names.length)
  })

  it('refers only to what it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]

    expect(references.map(([, name]) => name!).filter((name) => !(name in document.components.schemas))).toEqual([])
  })

  it('needs a key everywhere but where it says otherwise', () => {
    const open = operations.filter(({ operation }) => operation['security']?.length === 0).map(({ path }) => path)

    expect(document.security).toEqual([{ ApiKey: [] }, { Bearer: [] }])
    expect(open.toSorted()).toEqual(['/livez', '/openapi.json'])
    expect(document.paths['/readyz'].get.security).toEqual([{}, { ApiKey: [] }, { Bearer: [] }])
  })

  it('has schemas that its examples fit', () => {
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    ajv.addSchema({ $id: 'api', ...document })
    const examples: { schema: Json; example: unknown }[] = []
    const collect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      if ('example' in node) examples.push({ schema: node, example: node.example })
      Object.values(node).forEach(collect)
    }

    collect(document)

    expect(examples.length).toBeGreaterThan(5)
    for (const { schema, example } of examples) {
      expect({ example, fits: ajv.validate(schema, example) }).toEqual({ example, fits: true })
    }
  })

  it('describes the callback, with the headers of Standard Webhooks', () => {
    const [callback] = Object.values<Json>(document.paths['/transcribe'].post.callbacks.jobEnded)

    expect(callback!['post'].parameters.map(({ name }: Json) => name)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ])
  })

  it.each([
    [{ urls: ['https://youtu.be/x'] }, true],
    [{ urls: [] }, false],
    [{ urls: ['x'], unknown: 1 }, false],
    [{ urls: ['x'], max_age_ms: -1 }, false],
    [{ urls: ['x'], languages: ['en'], kind: 'manual', callback_url: null }, true],
    [{}, false],
  ])('refuses what the API refuses: %j', async (body, isRight) => {
    const { request } = await setUp({ source: {} })
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    ajv.addSchema({ $id: 'api', ...document })

    const fits = ajv.validate({ $ref: 'api#/components/schemas/Submission' }, body)
    const { status, json } = await request('/transcribe', { json: body })

    expect(fits).toBe(isRight)
    expect(status === 422 && json.code === 'invalid_input').toBe(!isRight)
  })
})
