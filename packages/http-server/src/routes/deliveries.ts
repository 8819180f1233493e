// The callbacks of a job: what became of them, and sending one again.
import { z } from 'zod'
import { json } from '../answers.ts'
import { deliveryIdOf, jobIdOf } from '../job-id.ts'
import { jsonOf, keyedProblems, response } from '../openapi/responses.ts'
import { parseInput } from '../parse-input.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { Route, RouteParts } from '../route.ts'
import { delivery, deliveryJson, deliveryList } from '../schemas/delivery.ts'
import { emptyBody } from '../schemas/submission.ts'
import { jobIdParam } from '../schemas/transcript.ts'

export const deliveriesRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/job_status/{id}/deliveries',
  describe: () => ({
    operationId: 'listDeliveries',
    summary: 'The callbacks of a job, with their attempts',
    tags: ['deliveries'],
    request: { params: jobIdParam },
    responses: {
      200: response({ description: 'Oldest first.', content: jsonOf(deliveryList) }),
      ...keyedProblems('job_not_found'),
    },
  }),
  async answer(call) {
    const deliveries = await service.deliveries(jobIdOf(call), call.caller)
    return json({ deliveries: deliveries.map(deliveryJson) }, { headers: { 'cache-control': 'no-store' } })
  },
})

export const replayRoute = ({ service, maxBodyBytes }: RouteParts): Route => ({
  method: 'POST',
  path: '/job_status/{id}/deliveries/{delivery_id}/replay',
  submits: true,
  describe: () => ({
    operationId: 'replayDelivery',
    summary: 'Send a callback again',
    description:
      'It is due at once, under the same `webhook-id`. One that is being sent at this moment stays as it is.',
    tags: ['deliveries'],
    request: { params: jobIdParam.extend({ delivery_id: z.string().meta({ description: 'The `delivery_id`.' }) }) },
    responses: {
      202: response({ description: 'It will be sent.', content: jsonOf(delivery) }),
      ...keyedProblems(
        'malformed_request',
        'payload_too_large',
        'unsupported_media_type',
        'job_not_found',
        'delivery_not_found',
        'invalid_input',
      ),
    },
  }),
  async answer(call) {
    const id = jobIdOf(call)
    const deliveryId = deliveryIdOf(call)
    parseInput(emptyBody, await readJsonBody(call.request, { maxBytes: maxBodyBytes }))
    const replayed = await service.replay(id, deliveryId, call.caller)
    return json(deliveryJson(replayed), { status: 202, headers: { 'cache-control': 'no-store' } })
  },
})
