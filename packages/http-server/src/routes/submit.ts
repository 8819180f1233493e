// POST /transcribe: a list of URLs becomes a job.
import { isTranscriptionError, type InputIssue, type Submission } from '@ytscriptify/core'
import type { z } from 'zod'
import { idempotencyKeyOf } from '../idempotency-key.ts'
import { keyedProblems } from '../openapi/responses.ts'
import { jobEndedCallbacks } from '../openapi/job-ended-callbacks.ts'
import { parseInput } from '../parse-input.ts'
import { invalid } from '../problem.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { Route, RouteParts } from '../route.ts'
import { idempotencyHeaders, submittedResponses } from '../openapi/submitted.ts'
import { submissionBody } from '../schemas/submission.ts'
import { acceptedJob } from './accepted-job.ts'

export const submitRoute = ({ service, links, maxBodyBytes }: RouteParts): Route => ({
  method: 'POST',
  path: '/transcribe',
  submits: true,
  describe: () => ({
    operationId: 'submit',
    summary: 'Submit a list of videos',
    description: 'Stores a job. When it is answered, the job is durable: it will be worked on, whatever dies.',
    tags: ['jobs'],
    request: {
      headers: idempotencyHeaders,
      body: { required: true, content: { 'application/json': { schema: submissionBody } } },
    },
    responses: {
      ...submittedResponses,
      ...keyedProblems(
        'malformed_request',
        'payload_too_large',
        'unsupported_media_type',
        'invalid_input',
        'unsupported_url',
        'too_many_urls',
        'callback_refused',
        'idempotency_mismatch',
      ),
    },
    callbacks: jobEndedCallbacks,
  }),
  async answer({ request, caller, aboutJob }) {
    const idempotencyKey = idempotencyKeyOf(request)
    const body = parseInput(submissionBody, (await readJsonBody(request, { maxBytes: maxBodyBytes })) ?? {})
    const submission = submissionOf(body)
    try {
      const submitted = await service.submit({
        ...submission,
        owner: caller.owner,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })
      aboutJob(submitted.job.id)
      return acceptedJob(submitted, links)
    } catch (error) {
      throw inTheWordsOfTheBody(error)
    }
  },
})

function submissionOf(body: z.output<typeof submissionBody>): Submission {
  const { urls, languages, kind, reuse, refresh } = body
  const { callback_url: callbackUrl, max_age_ms: maxAgeMs } = body
  const { translate_to: translateTo, keep_formatting: keepFormatting } = body
  return {
    urls,
    languages,
    kind,
    ...(callbackUrl != null && { callbackUrl }),
    ...(translateTo != null && { translateTo }),
    ...(keepFormatting !== undefined && { keepFormatting }),
    ...(reuse !== undefined && { reuse }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(refresh !== undefined && { refresh }),
  }
}

/** The service names the fields of its own input; the caller wrote other names. */
function inTheWordsOfTheBody(error: unknown): unknown {
  if (!isTranscriptionError(error)) return error
  if (error.code === 'callback_refused')
    return invalid([{ path: ['callback_url'], code: error.code, message: error.message.replace(/\.$/, '') }], error)
  return error.issues ? invalid(error.issues.map(inBody), error) : error
}

const inBody = ({ path: [first, ...rest], ...issue }: InputIssue): InputIssue => ({
  ...issue,
  path: first === undefined ? [] : [FIELDS.get(first) ?? first, ...rest],
})

const FIELDS = new Map<string | number, string>([
  ['callbackUrl', 'callback_url'],
  ['maxAgeMs', 'max_age_ms'],
  ['translateTo', 'translate_to'],
  ['keepFormatting', 'keep_formatting'],
])
