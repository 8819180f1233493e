// GET /job_status/{id}/transcripts: the texts of a whole job, as lines of JSON or as an archive of files. Both are made while
// they are sent, one video at a time.
import type { Job } from '@ytscriptify/core'
import { TEXT_FORMATS, jobFiles, jobLines, type TextFormat, type TextSelection } from '@ytscriptify/core/text'
import { zipped } from '@ytscriptify/core/zip'
import { z } from 'zod'
import { headOnly, notModified, streamed, type Answer } from '../answers.ts'
import { isFresh, weakEtag } from '../conditional.ts'
import { contentDisposition } from '../disposition.ts'
import { jobIdOf } from '../job-id.ts'
import { preferredType } from '../negotiate.ts'
import { HEADERS, keyedProblems, response, unchanged } from '../openapi/responses.ts'
import { HttpProblem } from '../problem.ts'
import { readQuery } from '../read-query.ts'
import type { Call, Route, RouteParts } from '../route.ts'
import { badParameter, selectionKey, selectionOf, textParameters } from '../schemas/text-query.ts'
import { jobIdParam } from '../schemas/transcript.ts'
import { bytesOf, streamOf } from '../stream-pieces.ts'

/** The preferred first. */
const CONTAINERS = { jsonl: ['application/jsonl', 'application/x-ndjson'], zip: ['application/zip'] } as const

type Container = keyof typeof CONTAINERS

const query = z.strictObject({
  format: z
    .enum(['jsonl', 'zip'])
    .optional()
    .meta({
      description:
        'A line of JSON for each video, as in the results of the job; or an archive with files of each completed video, and ' +
        'the list `videos.jsonl`. Goes before `Accept`.',
    }),
  files: z
    .string()
    .optional()
    .meta({ description: 'The formats of the files in the archive (default: txt,srt).', example: 'md,vtt' }),
  ...textParameters,
})

export const transcriptsRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/job_status/{id}/transcripts',
  describe: () => ({
    operationId: 'getTranscripts',
    summary: 'All transcripts of a job',
    description:
      'As they are at that moment: those that have not ended are listed without a text. With chunks, `jsonl` is a line for each.',
    tags: ['transcripts'],
    request: { params: jobIdParam, query },
    responses: {
      200: response({
        description: 'The transcripts.',
        content: {
          'application/jsonl': { schema: z.string() },
          'application/x-ndjson': { schema: z.string() },
          'application/zip': { schema: z.string().meta({ format: 'binary' }) },
        },
        headers: { ...HEADERS.etag, ...HEADERS.disposition },
      }),
      304: unchanged,
      ...keyedProblems('job_not_found', 'not_acceptable', 'invalid_input'),
    },
  }),
  async answer(call) {
    const { request, caller } = call
    const id = jobIdOf(call)
    const wanted = wantedBy(call)
    const job = await service.get(id, caller)
    const headers = headersOf(job, wanted)
    if (isFresh(request, headers.etag)) return notModified(headers)
    if (request.method === 'HEAD') return headOnly(headers)
    return textsOf(job, { wanted, headers, call, service })
  },
})

interface Wanted {
  readonly container: Container
  readonly contentType: string
  readonly files: readonly TextFormat[]
  readonly selection: TextSelection
}

interface AnswerParts extends Pick<RouteParts, 'service'> {
  readonly wanted: Wanted
  readonly headers: Readonly<Record<string, string>>
  readonly call: Call
}

function textsOf(job: Job, { wanted, headers, call, service }: AnswerParts): Answer {
  const { container, files, selection } = wanted
  const transcripts = service.transcripts(job, { ...call.caller, withData: true })
  const body =
    container === 'zip'
      ? bytesOf(zipped(jobFiles(transcripts, { ...selection, formats: files })), call.onFault)
      : streamOf(jobLines(transcripts, selection), call.onFault)
  return streamed(body, headers)
}

function wantedBy({ request }: Call): Wanted {
  const { format, files: listed, ...rest } = readQuery(request, query)
  const types = format ? CONTAINERS[format] : [...CONTAINERS.jsonl, ...CONTAINERS.zip]
  const contentType = format ? types[0] : preferredType(request, types)
  if (contentType === undefined)
    throw new HttpProblem('not_acceptable', `The transcripts of a job come as ${types.join(', ')}.`)
  const container = contentType === 'application/zip' ? 'zip' : 'jsonl'
  if (container !== 'zip' && listed !== undefined)
    throw badParameter('files', 'Only an archive has files: ask for format=zip')
  const isChunked = rest.chunk_seconds !== undefined || rest.chunk_tokens !== undefined
  const files = formatsIn(listed ?? (isChunked ? 'jsonl' : 'txt,srt'))
  return { container, contentType, files, selection: selectionOf(rest, container === 'zip' ? files : []) }
}

function formatsIn(list: string): readonly TextFormat[] {
  const names = new Set(list.split(',').map((name) => name.trim()))
  return [...names].map((name) => {
    if (isFormat(name)) return name
    throw badParameter('files', `Give some of ${Object.keys(TEXT_FORMATS).join(', ')}, separated by commas`)
  })
}

const isFormat = (name: string): name is TextFormat => Object.hasOwn(TEXT_FORMATS, name)

const headersOf = (job: Job, { container, contentType, files, selection }: Wanted) => ({
  'content-type': contentType,
  etag: weakEtag(job.version, container, container === 'zip' ? files.join('.') : '', selectionKey(selection)),
  'cache-control': 'private, no-cache',
  vary: 'Accept',
  'content-disposition': contentDisposition({
    type: container === 'zip' ? 'attachment' : 'inline',
    plainName: `${job.id}.${container}`,
  }),
})
