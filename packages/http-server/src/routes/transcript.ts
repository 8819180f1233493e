// GET /job_status/{id}/transcripts/{video_id}: one text, in the form that the client wants.
import { transcriptJson, type Transcript } from '@ytscriptify/core'
import { z } from 'zod'
import { headOnly, jsonText, notModified } from '../answers.ts'
import { isFresh, weakEtag } from '../conditional.ts'
import { jobIdOf, videoIdOf } from '../job-id.ts'
import { preferredType } from '../negotiate.ts'
import { HEADERS, keyedProblems, response, unchanged } from '../openapi/responses.ts'
import { HttpProblem, problemOfRecord } from '../problem.ts'
import { readQuery } from '../read-query.ts'
import type { Call, Route, RouteParts } from '../route.ts'
import { transcript as transcriptSchema, transcriptParams } from '../schemas/transcript.ts'
import { POLL_SECONDS } from './accepted-job.ts'

const FORMATS = { json: 'application/json' } as const

type Format = keyof typeof FORMATS

const query = z.strictObject({
  format: z.enum(['json']).optional().meta({ description: 'The form of the text; goes before `Accept`.' }),
})

export const transcriptRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/job_status/{id}/transcripts/{video_id}',
  describe: () => ({
    operationId: 'getTranscript',
    summary: 'One transcript',
    description: 'Of a video that a job names twice, the first.',
    tags: ['transcripts'],
    request: { params: transcriptParams, query },
    responses: {
      200: response({
        description: 'The transcript.',
        content: { [FORMATS.json]: { schema: transcriptSchema } },
        headers: HEADERS.etag,
      }),
      304: unchanged,
      ...keyedProblems(
        'job_not_found',
        'transcript_not_found',
        'transcript_not_ready',
        'not_acceptable',
        'invalid_input',
      ),
    },
  }),
  async answer(call) {
    const { request, caller } = call
    const [id, videoId] = [jobIdOf(call), videoIdOf(call)]
    const format = formatOf(call)
    const known = await service.transcript(id, videoId, caller)
    checkCompleted(known)
    const headers = headersOf(known, format)
    if (isFresh(request, headers.etag)) return notModified(headers)
    if (request.method === 'HEAD') return headOnly({ 'content-type': FORMATS[format], ...headers })
    const transcript = await service.transcript(id, videoId, { ...caller, withData: true })
    return jsonText(transcriptJson(transcript), { headers })
  },
})

function formatOf({ request }: Call): Format {
  const { format } = readQuery(request, query)
  if (format) return format
  const type = preferredType(request, Object.values(FORMATS))
  if (type) return 'json'
  throw new HttpProblem('not_acceptable', `A transcript comes as ${Object.values(FORMATS).join(', ')}.`)
}

/** @throws {HttpProblem} `transcript_not_ready`, or the error that the video failed with. */
function checkCompleted({ status, error, videoId }: Transcript): void {
  if (status === 'completed') return
  const members = { video_id: videoId, video_status: status }
  if (status === 'pending' || status === 'processing') {
    throw new HttpProblem('transcript_not_ready', `The video ${videoId} is still ${status}.`, {
      headers: { 'retry-after': POLL_SECONDS },
      members,
    })
  }
  throw error
    ? problemOfRecord(error, members)
    : new HttpProblem('cancelled', `The video ${videoId} was cancelled.`, { members })
}

const headersOf = ({ id, updatedAt }: Transcript, format: Format) => ({
  etag: weakEtag(id, updatedAt.getTime().toString(36), format),
  'cache-control': 'private, no-cache',
  vary: 'Accept',
})
