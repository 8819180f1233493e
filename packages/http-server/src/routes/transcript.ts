// GET /job_status/{id}/transcripts/{video_id}: one text, in the form that the client wants.
import { transcriptJson, type Transcript } from '@ytscriptify/core'
import {
  CHUNK_FORMATS,
  TEXT_FORMATS,
  fileNameOf,
  formatTranscript,
  plainName,
  type TextFormat,
  type TextSelection,
} from '@ytscriptify/core/text'
import { z } from 'zod'
import { headOnly, notModified, streamed, text } from '../answers.ts'
import { isFresh, weakEtag } from '../conditional.ts'
import { contentDisposition } from '../disposition.ts'
import { jobIdOf, videoIdOf } from '../job-id.ts'
import { preferredType } from '../negotiate.ts'
import { HEADERS, jsonOf, keyedProblems, response, unchanged } from '../openapi/responses.ts'
import { HttpProblem, problemOfRecord } from '../problem.ts'
import { readQuery } from '../read-query.ts'
import type { Call, Route, RouteParts } from '../route.ts'
import { selectionKey, selectionOf, textParameters } from '../schemas/text-query.ts'
import { chunkedTranscript, transcript as transcriptSchema, transcriptParams } from '../schemas/transcript.ts'
import { streamOf } from '../stream-pieces.ts'
import { POLL_SECONDS } from './accepted-job.ts'

/** The preferred first. */
const FORMATS = ['json', 'txt', 'srt', 'vtt', 'md', 'csv', 'jsonl'] as const satisfies readonly TextFormat[]

const query = z.strictObject({
  format: z.enum(FORMATS).optional().meta({ description: 'The form of the text; goes before `Accept`.' }),
  ...textParameters,
})

export const transcriptRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/job_status/{id}/transcripts/{video_id}',
  describe: () => ({
    operationId: 'getTranscript',
    summary: 'One transcript',
    description: 'Of a video that a job names twice, the first. docs/text.md has the rules of views and formats.',
    tags: ['transcripts'],
    request: { params: transcriptParams, query },
    responses: {
      200: response({
        description: 'The transcript, or its chunks.',
        content: { ...jsonOf(z.union([transcriptSchema, chunkedTranscript])), ...TEXT_CONTENT },
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
    const wanted = wantedBy(call)
    const known = await service.transcript(id, videoId, caller)
    checkCompleted(known)
    const headers = headersOf(known, wanted)
    if (isFresh(request, headers.etag)) return notModified(headers)
    if (request.method === 'HEAD') return headOnly(headers)
    const transcript = await service.transcript(id, videoId, { ...caller, withData: true })
    const { format, selection } = wanted
    if (format === 'json' && isWhole(selection)) return text(transcriptJson(transcript), { headers })
    return streamed(streamOf(formatTranscript(transcript, { ...selection, format }), call.onFault), headers)
  },
})

interface Wanted {
  readonly format: TextFormat
  readonly contentType: string
  readonly selection: TextSelection
}

/** `format` goes first: a person types it, and a browser's `Accept` says nothing of what they want. */
function wantedBy({ request }: Call): Wanted {
  const { format: named, ...rest } = readQuery(request, query)
  const selection = selectionOf(rest, named ? [named] : [])
  if (named) return { format: named, contentType: TEXT_FORMATS[named].contentType, selection }
  const offered = FORMATS_BY_TYPE.filter(({ format }) => !selection.chunks || CHUNK_FORMATS.includes(format))
  const preferred = preferredType(
    request,
    offered.map(({ type }) => type),
  )
  const found = offered.find(({ type }) => type === preferred)
  if (found) return { ...found, selection }
  throw new HttpProblem('not_acceptable', `A transcript comes as ${offered.map(({ type }) => type).join(', ')}.`)
}

/** Without the parameters of the type. JSON lines go by an older name as well. */
const FORMATS_BY_TYPE: readonly { type: string; format: TextFormat; contentType: string }[] = [
  ...FORMATS.map((format) => {
    const { contentType } = TEXT_FORMATS[format]
    return { type: contentType.split(';', 1)[0] ?? '', format, contentType }
  }),
  { type: 'application/x-ndjson', format: 'jsonl', contentType: 'application/x-ndjson' },
]

const TEXT_CONTENT = Object.fromEntries(
  FORMATS_BY_TYPE.filter(({ format }) => format !== 'json').map(({ type }) => [type, { schema: z.string() }]),
)

/** Nothing but the stored text is asked for, which is passed on as it is. */
const isWhole = ({ view = 'segments', startMs, endMs, chunks }: TextSelection): boolean =>
  view === 'segments' && startMs === undefined && endMs === undefined && !chunks

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

function headersOf(transcript: Transcript, { format, contentType, selection }: Wanted) {
  const { id, updatedAt, videoId, result } = transcript
  return {
    'content-type': contentType,
    etag: weakEtag(id, updatedAt.getTime().toString(36), format, selectionKey(selection)),
    'cache-control': 'private, no-cache',
    vary: 'Accept',
    ...(format !== 'json' && {
      'content-disposition': contentDisposition({
        type: 'inline',
        plainName: `${plainName(videoId)}.${format}`,
        ...(result?.metadata.title !== undefined && { name: fileNameOf(transcript, format) }),
      }),
    }),
  }
}
