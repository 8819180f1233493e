// Whether this process runs, and whether it can serve. Open to everybody, so they tell nothing else.
import { z } from 'zod'
import { answeredInTime } from '../answered-in-time.ts'
import { json, type Answer } from '../answers.ts'
import { HEADERS, jsonOf, problems } from '../openapi/responses.ts'
import { HttpProblem } from '../problem.ts'
import type { Route, RouteParts } from '../route.ts'

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })

const readiness = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    queue: z
      .literal('unreachable')
      .optional()
      .meta({ description: 'Work is found by looking for it, and so a few seconds later.' }),
  })
  .meta({ id: 'Readiness' })

const healthy = (body: z.input<typeof readiness>): Answer => json(body, { headers: { 'cache-control': 'no-store' } })

const healthyResponse = (description: string, schema: z.ZodType) => ({
  200: { description, headers: HEADERS.requestId, content: jsonOf(schema) },
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
    responses: { ...healthyResponse('It runs.', health), ...problems('internal') },
  }),
  answer: () => healthy({ status: 'ok' }),
})

export function readyzRoute({ service, queue, clock }: Pick<RouteParts, 'service' | 'queue' | 'clock'>): Route {
  let asking: Promise<void> | undefined

  /** One question to the storage at a time: whoever asks often loads it no more than who asks once. */
  const ready = (): Promise<void> => {
    asking ??= answeredInTime(service.ready(), { ms: LONGEST_ANSWER_MS, clock }).finally(() => (asking = undefined))
    return asking
  }

  return {
    method: 'GET',
    path: '/readyz',
    open: true,
    describe: () => ({
      operationId: 'readyz',
      summary: 'Whether it can serve: asks the storage, and says no when the server is about to stop',
      tags: ['health'],
      security: [],
      description: 'Without its queue it serves on, `degraded`: nothing is lost but a few seconds.',
      responses: {
        ...healthyResponse('It can serve.', readiness),
        ...problems('internal', 'storage_unavailable', 'server_closing'),
      },
    }),
    async answer({ isClosing }) {
      if (isClosing) throw new HttpProblem('server_closing', 'The server finishes what it has begun, and stops.')
      await ready()
      return healthy(queue?.isConnected?.() === false ? { status: 'degraded', queue: 'unreachable' } : { status: 'ok' })
    },
  }
}

/** In milliseconds: no healthy storage takes as long, and who asks for health gives up a little later. */
const LONGEST_ANSWER_MS = 5_000
