// GET /job_status/{id}/events: how a job goes on, as it happens.
import { z } from 'zod'
import { jobEvents } from '../events/job-events.ts'
import { jobIdOf } from '../job-id.ts'
import { releasedAfter } from '../linked-signal.ts'
import { HEADERS, keyedProblems, response } from '../openapi/responses.ts'
import type { Route, RouteParts } from '../route.ts'
import { jobIdParam } from '../schemas/transcript.ts'

export const eventsRoute = ({ service, clock }: RouteParts): Route => ({
  method: 'GET',
  path: '/job_status/{id}/events',
  describe: () => ({
    operationId: 'followJob',
    summary: 'The progress of a job, as server-sent events',
    description:
      'A `job` event with the job as data now and after each change, and an `end` event when it has ended. ' +
      'Changes may be merged; the end is never missed.',
    tags: ['jobs'],
    request: {
      params: jobIdParam,
      headers: z.object({
        'Last-Event-ID': z.string().optional().meta({ description: 'The `id` of the last event that was seen.' }),
      }),
    },
    responses: {
      200: response({
        description: 'Events until the job has ended.',
        content: { 'text/event-stream': { schema: z.string() } },
        headers: HEADERS.unbuffered,
      }),
      204: {
        description: 'The end has been seen: there is nothing to come back for.',
        headers: { ...HEADERS.requestId, ...HEADERS.limits },
      },
      ...keyedProblems('job_not_found'),
    },
  }),
  async answer(call) {
    const { request, caller, untilGone, onFault } = call
    const id = jobIdOf(call)
    const linked = untilGone()
    try {
      const events = await jobEvents(service, {
        id,
        owner: caller.owner,
        lastEventId: request.headers.get('last-event-id'),
        isHead: request.method === 'HEAD',
        signal: linked.signal,
        clock,
        onFault,
      })
      return releasedAfter(events, linked)
    } catch (error) {
      linked.release()
      throw error
    }
  },
})
