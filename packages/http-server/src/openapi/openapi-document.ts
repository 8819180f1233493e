// The description of the API, made from the schemas that check its input.
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Route } from '../route.ts'
import { jobEnded } from './job-ended-callbacks.ts'

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/** OpenAPI 3.1. https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(routes: readonly Route[], { basePath }: { readonly basePath: string }): Document {
  const app = new OpenAPIHono()
  const { openAPIRegistry: registry } = app
  registry.registerComponent('securitySchemes', 'ApiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The name of the key is the owner of the jobs. A job of another owner is not found.',
  })
  registry.registerComponent('securitySchemes', 'Bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'The same key as `Authorization: Bearer KEY` (RFC 6750), for clients that send it so: Prometheus does.',
  })
  registry.registerComponent('schemas', 'JobEnded', jobEnded)
  for (const route of routes) {
    registry.registerPath({ ...route.describe(), method: METHODS[route.method], path: route.path })
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'YTScriptify',
      version: '1',
      description: 'Turns lists of YouTube URLs into stored transcripts, as durable background jobs.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    security: [{ ApiKey: [] }, { Bearer: [] }],
    tags: [
      { name: 'jobs', description: 'Submitting, following and cancelling.' },
      { name: 'transcripts', description: 'The texts.' },
      { name: 'deliveries', description: 'Callbacks, and what became of them.' },
      { name: 'operations', description: 'Who works on what, and how much there is to do.' },
      { name: 'health', description: 'For those who run it.' },
    ],
  })
}

const METHODS = { GET: 'get', POST: 'post', DELETE: 'delete' } as const
