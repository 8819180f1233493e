// The request that this service makes itself: to the callback URL of a job that has ended.
import type { RouteConfig } from '@hono/zod-openapi'

/** The body, written as it stands in the document: callbacks are not made from schemas of zod. */
export const jobEnded = {
  type: 'object' as const,
  properties: {
    type: { type: 'string' as const, enum: ['job.completed', 'job.failed', 'job.cancelled'] },
    timestamp: { type: 'string' as const, format: 'date-time', description: 'When the job ended.' },
    data: { $ref: '#/components/schemas/JobWithResults' },
  },
  required: ['type', 'timestamp', 'data'],
}

const header = (name: string, description: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' as const },
})

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const jobEndedCallbacks: NonNullable<RouteConfig['callbacks']> = {
  jobEnded: {
    '{$request.body#/callback_url}': {
      post: {
        summary: 'The job has ended',
        description: 'Sent until it is answered with 2xx, by the schedule of Standard Webhooks; 410 stops it.',
        parameters: [
          header('webhook-id', 'The same over all attempts: receivers recognise repetitions by it.'),
          header('webhook-timestamp', 'Of the attempt, in seconds since 1970.'),
          header('webhook-signature', '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; several by spaces.'),
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/JobEnded' } } },
        },
        responses: {
          '2XX': { description: 'Received.' },
          '410': { description: 'Not wanted any more: it is not sent again.' },
          default: { description: 'Sent again later, not before what Retry-After says.' },
        },
      },
    },
  },
}
