// A callback with its attempts, as answers show it.
import type { Delivery } from '@ytscriptify/core'
import { z } from 'zod'
import { count, instant, uuid } from './values.ts'

const attempt = z.strictObject({
  attempt: count,
  started_at: instant,
  ended_at: instant,
  response_status: z.int().nullable().meta({ description: 'What the receiver answered, where it answered.' }),
  error: z.string().nullable().meta({ description: 'Why it failed; null of the one that succeeded.' }),
})

export const delivery = z
  .strictObject({
    delivery_id: z.string().meta({ description: 'The `webhook-id` of every attempt.' }),
    job_id: uuid,
    type: z.string().meta({ description: 'The name of the event.', example: 'job.completed' }),
    url: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    failures: count.meta({ description: 'Failed attempts since it was made, or last replayed.' }),
    next_attempt_at: instant.nullable(),
    attempts: z.array(attempt).meta({ description: 'Those that are over, oldest first.' }),
    created_at: instant,
    updated_at: instant,
    ended_at: instant.nullable().meta({ description: 'When it was delivered or given up.' }),
  })
  .meta({ id: 'Delivery' })

export const deliveryList = z.strictObject({ deliveries: z.array(delivery) }).meta({ id: 'DeliveryList' })

export const deliveryJson = (of: Delivery): z.input<typeof delivery> => ({
  delivery_id: of.id,
  job_id: of.jobId,
  type: of.type,
  url: of.url,
  status: of.status,
  failures: of.failures,
  next_attempt_at: of.nextAttemptAt?.toISOString() ?? null,
  attempts: of.attempts.map(({ attempt: number, startedAt, endedAt, status, error }) => ({
    attempt: number,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    response_status: status ?? null,
    error: error ?? null,
  })),
  created_at: of.createdAt.toISOString(),
  updated_at: of.updatedAt.toISOString(),
  ended_at: of.endedAt?.toISOString() ?? null,
})
