// GET /openapi.json: the description of this API, made when it is first asked for.
import { createHash } from 'node:crypto'
import { headOnly, jsonText, notModified } from '../answers.ts'
import { isFresh } from '../conditional.ts'
import { HEADERS, problems } from '../openapi/responses.ts'
import type { Route, RouteParts } from '../route.ts'

/** @param routes - All of the API, this one too. */
export function openApiRoute({ basePath }: RouteParts, routes: () => readonly Route[]): Route {
  let made:
    | Promise<{ readonly body: string; readonly headers: Readonly<Record<string, string>> & { etag: string } }>
    | undefined

  return {
    method: 'GET',
    path: '/openapi.json',
    open: true,
    describe: () => ({
      operationId: 'openapi',
      summary: 'This description (OpenAPI 3.1)',
      tags: ['health'],
      security: [],
      responses: {
        200: {
          description: 'The description.',
          headers: { ...HEADERS.requestId, ...HEADERS.etag },
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        304: { description: 'Nothing has changed.', headers: { ...HEADERS.requestId, ...HEADERS.etag } },
        ...problems('internal'),
      },
    }),
    async answer({ request }) {
      made ??= make()
      const { body, headers } = await made
      if (isFresh(request, headers.etag)) return notModified(headers)
      return request.method === 'HEAD' ? headOnly(headers) : jsonText(body, { headers })
    },
  }

  async function make() {
    // Imported here, since the generator takes longer to load than the server otherwise takes to start.
    const { openApiDocument } = await import('../openapi/openapi-document.ts')
    const body = JSON.stringify(openApiDocument(routes(), { basePath }))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    return { body, headers: { 'content-type': 'application/json', etag, 'cache-control': 'no-cache' } }
  }
}
