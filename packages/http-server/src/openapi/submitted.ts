// What the routes that make a job have in common.
import type { RouteConfig } from '@hono/zod-openapi'
import { z } from 'zod'
import { submittedJob } from '../schemas/job.ts'
import { HEADERS, jsonOf, response } from './responses.ts'

export const idempotencyHeaders = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
    description: 'The same request with the same key gives the job that the first one made.',
    example: 'b7a1f0de-1c2d-4e5f-8a9b-0c1d2e3f4a5b',
  }),
})

export const submittedResponses: RouteConfig['responses'] = {
  202: response({
    description: 'The job is stored.',
    content: jsonOf(submittedJob),
    headers: { ...HEADERS.location, ...HEADERS.retryAfter, ...HEADERS.replayed },
  }),
}
