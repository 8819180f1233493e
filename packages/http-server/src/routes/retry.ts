// POST /job_status/{id}/retry: a new job of what failed or was cancelled.
import { idempotencyKeyOf } from '../idempotency-key.ts'
import { jobIdOf } from '../job-id.ts'
import { keyedProblems } from '../openapi/responses.ts'
import { idempotencyHeaders, submittedResponses } from '../openapi/submitted.ts'
import { parseInput } from '../parse-input.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { Route, RouteParts } from '../route.ts'
import { emptyBody } from '../schemas/submission.ts'
import { jobIdParam } from '../schemas/transcript.ts'
import { acceptedJob } from './accepted-job.ts'

export const retryRoute = ({ service, links, maxBodyBytes }: RouteParts): Route => ({
  method: 'POST',
  path: '/job_status/{id}/retry',
  submits: true,
  describe: () => ({
    operationId: 'retryJob',
    summary: 'Try the failed and cancelled videos again',
    description: 'Makes a new job of them. The old one stays as it is.',
    tags: ['jobs'],
    request: { params: jobIdParam, headers: idempotencyHeaders },
    responses: {
      ...submittedResponses,
      ...keyedProblems(
        'malformed_request',
        'payload_too_large',
        'unsupported_media_type',
        'job_not_found',
        'job_not_ended',
        'invalid_input',
        'callback_refused',
        'idempotency_mismatch',
      ),
    },
  }),
  async answer(call) {
    const { request, caller } = call
    const id = jobIdOf(call)
    const idempotencyKey = idempotencyKeyOf(request)
    parseInput(emptyBody, await readJsonBody(request, { maxBytes: maxBodyBytes }))
    const submitted = await service.retry(id, { ...caller, ...(idempotencyKey !== undefined && { idempotencyKey }) })
    return acceptedJob(submitted, links)
  },
})
