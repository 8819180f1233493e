// GET and DELETE /job_status/{id}: how a job stands, with its results; and its end before its time.
import { isJobEnded, isTranscriptionError, jobJson, jobSummary, showsTexts, type Job } from '@ytscriptify/core'
import { z } from 'zod'
import { headOnly, json, jsonText, notModified, streamed, type Answer } from '../answers.ts'
import { isFresh, weakEtag } from '../conditional.ts'
import { preferredWaitSeconds, waitForChange } from '../events/wait-for-change.ts'
import { jobIdOf } from '../job-id.ts'
import { HEADERS, jsonOf, keyedProblems, response, unchanged } from '../openapi/responses.ts'
import { HttpProblem } from '../problem.ts'
import { readQuery } from '../read-query.ts'
import type { Call, Route, RouteParts } from '../route.ts'
import { job as jobSchema, jobWithResults } from '../schemas/job.ts'
import { jobIdParam } from '../schemas/transcript.ts'
import { joined, streamOf } from '../stream-pieces.ts'
import { POLL_SECONDS } from './accepted-job.ts'

/** Jobs with this much stored text are sent as one piece, whose length is known, in bytes. Larger ones are streamed. */
const WHOLE_BYTES = 256 * 1024

const query = z.strictObject({
  include: z
    .enum(['results', 'none'])
    .default('results')
    .meta({ description: '`none` leaves out the results: for those who only want to know how the job stands.' }),
})

export const jobStatusRoute = (parts: RouteParts): Route => ({
  method: 'GET',
  path: '/job_status/{id}',
  describe: () => ({
    operationId: 'getJob',
    summary: 'How a job stands, with its results',
    description: 'The texts are inline as long as they are not too large; then `truncated` is true.',
    tags: ['jobs'],
    request: {
      params: jobIdParam,
      query,
      headers: z.object({
        Prefer: z.string().optional().meta({
          description:
            '`wait=20` answers when the job has ended, or after as many seconds (60 at most); with If-None-Match also when it has changed.',
          example: 'wait=20',
        }),
        'If-None-Match': z.string().optional().meta({ description: 'The ETag of an answer that is at hand.' }),
      }),
    },
    responses: {
      200: response({
        description: 'The job. `Retry-After` while it has not ended.',
        content: jsonOf(z.union([jobWithResults, jobSchema])),
        headers: { ...HEADERS.etag, ...HEADERS.retryAfter, ...HEADERS.waited },
      }),
      304: unchanged,
      ...keyedProblems('job_not_found', 'invalid_input'),
    },
  }),
  async answer(call) {
    const { request } = call
    const id = jobIdOf(call)
    const { include } = readQuery(request, query)
    const headersFor = (seen: Job) => headersOf(seen, include === 'none' ? 'none' : shownOf(seen, parts))
    const { job, waited } = await jobOrWait(id, {
      call,
      parts,
      isNews: (seen) => request.headers.has('if-none-match') && !isFresh(request, headersFor(seen).etag),
    })
    const headers = { ...headersFor(job), ...(waited && { 'preference-applied': 'wait' }) }
    if (isFresh(request, headers.etag)) return notModified(headers)
    if (include === 'none') return json(jobSummary(job), { headers })
    if (request.method === 'HEAD') return headOnly({ 'content-type': 'application/json', ...headers })
    return withResults(job, { call, headers, parts })
  },
})

export const cancelRoute = ({ service }: RouteParts): Route => ({
  method: 'DELETE',
  path: '/job_status/{id}',
  describe: () => ({
    operationId: 'cancelJob',
    summary: 'Cancel a job',
    description: 'What is completed stays. Cancelling a cancelled job again is fine.',
    tags: ['jobs'],
    request: { params: jobIdParam },
    responses: {
      200: response({ description: 'The job, cancelled.', content: jsonOf(jobSchema) }),
      ...keyedProblems('job_not_found', 'already_finished'),
    },
  }),
  async answer(call) {
    const id = jobIdOf(call)
    try {
      return json(jobSummary(await service.cancel(id, call.caller)), { headers: { 'cache-control': 'no-store' } })
    } catch (error) {
      if (!isTranscriptionError(error, 'already_finished')) throw error
      const job = jobSummary(await service.get(id, call.caller))
      throw new HttpProblem(error.code, error.message, { cause: error, members: { job } })
    }
  },
})

interface WaitParts {
  readonly call: Call
  readonly parts: RouteParts
  /** Whether the client waits for this state of the job. */
  readonly isNews: (job: Job) => boolean
}

/** The job as it is, or as it is after a wait that the client prefers. */
async function jobOrWait(id: string, { call, parts, isNews }: WaitParts): Promise<{ job: Job; waited: boolean }> {
  const { request, caller } = call
  const { service, clock } = parts
  const job = await service.get(id, caller)
  const seconds = preferredWaitSeconds(request.headers.get('prefer'))
  if (seconds === undefined) return { job, waited: false }
  const { signal, release } = call.untilGone()
  try {
    const options = { owner: caller.owner, waitMs: seconds * 1_000, isNews, signal, clock }
    return { job: await waitForChange(service, job, options), waited: true }
  } finally {
    release()
  }
}

interface ResultsParts {
  readonly call: Call
  readonly headers: Readonly<Record<string, string>>
  readonly parts: RouteParts
}

/** The stored texts pass from the storage to the client as they are: they are neither parsed nor held all at once. */
async function withResults(job: Job, { call, headers, parts }: ResultsParts): Promise<Answer> {
  const { service, links, inlineLimitBytes } = parts
  const withData = showsTexts(job, inlineLimitBytes)
  const transcripts = service.transcripts(job, { ...call.caller, withData })
  const pieces = jobJson(job, transcripts, {
    inlineLimitBytes,
    transcriptUrl: ({ videoId }) => links.transcript(job.id, videoId),
  })
  if (!withData || job.dataBytes <= WHOLE_BYTES) return jsonText(await joined(pieces), { headers })
  return streamed(streamOf(pieces, call.onFault), { 'content-type': 'application/json', ...headers })
}

type Shown = 'none' | 'texts' | 'links'

const shownOf = (job: Job, { inlineLimitBytes }: RouteParts): Shown =>
  showsTexts(job, inlineLimitBytes) ? 'texts' : 'links'

/** @param shown - What the answer shows of the results: another answer, another tag. */
const headersOf = (job: Job, shown: Shown) => ({
  etag: weakEtag(job.version, shown),
  'cache-control': 'private, no-cache',
  ...(!isJobEnded(job.status) && { 'retry-after': POLL_SECONDS }),
})
