// GET /job_status/{id}/transcripts/{video_id}: one text, in the form that the client wants.
import { TRANSCRIPT_CONTENT_TYPES, formatTranscript, transcriptJson, type Transcript } from '@ytscriptify/core'
import { z } from 'zod'
import { headOnly, notModified, streamed, text } from '../answers.ts'
import { isFresh, weakEtag } from '../conditional.ts'
import { jobIdOf, videoIdOf } from '../job-id.ts'
import { preferredType } from '../negotiate.ts'
import { HEADERS, jsonOf, keyedProblems, response, unchanged } from '../openapi/responses.ts'
import { HttpProblem, problemOfRecord } from '../problem.ts'
import { readQuery } from '../read-query.ts'
import type { Call, Route, RouteParts } from '../route.ts'
import { transcript as transcriptSchema, transcriptParams } from '../schemas/transcript.ts'
import { streamOf } from '../stream-pieces.ts'
import { POLL_SECONDS } from './accepted-job.ts'

/** The types of what there is, the preferred first. */
const TYPES = { json: 'application/json', ...TRANSCRIPT_CONTENT_TYPES } as const

type Format = keyof typeof TYPES

const query = z.strictObject({
  format: z
    .enum(['json', 'txt', 'srt', 'vtt'] satisfies readonly Format[])
    .optional()
    .meta({ description: 'The form of the text; goes before `Accept`.' }),
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
        content: { ...jsonOf(transcriptSchema), ...TEXT_CONTENT },
        headers: { ...HEADERS.etag, ...HEADERS.disposition },
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
    if (request.method === 'HEAD') return headOnly(headers)
    const transcript = await service.transcript(id, videoId, { ...caller, withData: true })
    if (format === 'json') return text(transcriptJson(transcript), { headers })
    return streamed(streamOf(formatTranscript(dataOf(transcript), format), call.onFault), headers)
  },
})

/** `format` goes first: a person types it, and a browser's `Accept` says nothing of what they want. */
function formatOf({ request }: Call): Format {
  const { format } = readQuery(request, query)
  if (format) return format
  const preferred = preferredType(request, FORMATS.map(mediaTypeOf))
  const accepted = FORMATS.find((candidate) => mediaTypeOf(candidate) === preferred)
  if (accepted) return accepted
  throw new HttpProblem('not_acceptable', `A transcript comes as ${FORMATS.map(mediaTypeOf).join(', ')}.`)
}

const FORMATS: readonly Format[] = ['json', 'txt', 'srt', 'vtt']

/** Without its parameters. */
const mediaTypeOf = (format: Format): string => TYPES[format].split(';', 1)[0] ?? ''

const TEXT_CONTENT = Object.fromEntries(
  FORMATS.filter((format) => format !== 'json').map((format) => [mediaTypeOf(format), { schema: z.string() }]),
)

function dataOf({ data, videoId }: Transcript): string {
  if (data === undefined) throw new Error(`The completed video ${videoId} has no stored text.`)
  return data
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

const headersOf = ({ id, updatedAt, videoId }: Transcript, format: Format) => ({
  'content-type': TYPES[format],
  etag: weakEtag(id, updatedAt.getTime().toString(36), format),
  'cache-control': 'private, no-cache',
  vary: 'Accept',
  ...(format !== 'json' && { 'content-disposition': `inline; filename="${fileNameOf(videoId)}.${format}"` }),
})

/** What every system takes for the name of a file. */
const fileNameOf = (videoId: string): string => videoId.replace(/[^\w-]/g, '_').slice(0, 100)
