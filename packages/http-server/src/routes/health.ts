// Whether this process runs, and whether it can serve. Open to everybody, so they tell nothing else.
import { z } from 'zod'
import { json } from '../answers.ts'
import { HEADERS, jsonOf, problems } from '../openapi/responses.ts'
import type { Route, RouteParts } from '../route.ts'

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })

const ok = (): Response => json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })

const healthy = (description: string) => ({
  200: { description, headers: HEADERS.requestId, content: jsonOf(health) },
})

export const livezRoute = (): Route => ({
  method: 'GET',
  path: '/livez',
  open: true,
  describe: () => ({
    operationId: 'livez',
    summary: 'Whether the process runs',
    tags: ['health'],
    security: [],
    responses: { ...healthy('It runs.'), ...problems('internal') },
  }),
  answer: ok,
})

export function readyzRoute({ service }: RouteParts): Route {
  let asking: Promise<void> | undefined

  /** One question to the storage at a time: whoever asks often loads it no more than who asks once. */
  const ready = (): Promise<void> => {
    asking ??= service.ready().finally(() => (asking = undefined))
    return asking
  }

  return {
    method: 'GET',
    path: '/readyz',
    open: true,
    describe: () => ({
      operationId: 'readyz',
      summary: 'Whether it can serve: asks the storage',
      tags: ['health'],
      security: [],
      responses: { ...healthy('It can serve.'), ...problems('internal', 'storage_unavailable') },
    }),
    async answer() {
      await ready()
      return ok()
    },
  }
}
