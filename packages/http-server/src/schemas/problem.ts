// A problem, as answers show it (RFC 9457).
import { z } from 'zod'
import { TRANSPORT_PROBLEMS } from '../problem-codes.ts'
import { ERROR_CODES, errorCode, instant, uuid } from './values.ts'

const problemCode = z
  .enum([...ERROR_CODES, ...Object.keys(TRANSPORT_PROBLEMS)])
  .meta({ id: 'ProblemCode', description: 'What went wrong, for programs; see docs/errors.md.' })

export const problem = z
  .looseObject({
    type: z.url().meta({ description: 'A page that explains the code.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What went wrong this time.' }),
    instance: z.string().meta({ format: 'uri', description: 'The request, by its `X-Request-Id`.' }),
    code: problemCode,
    hint: z.string().meta({ description: 'What a person does next.' }),
    errors: z
      .array(
        z.strictObject({
          in: z.enum(['body', 'query', 'header']),
          pointer: z.string().optional().meta({ description: 'Into the body (RFC 6901).', example: '#/urls/3' }),
          path: z.string().meta({ example: 'urls[3]' }),
          code: errorCode,
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Every offending item of a bad input; of very many the first 100.' }),
    job_id: uuid.optional(),
    retryable: z
      .boolean()
      .optional()
      .meta({ description: 'Of the error of a video: whether another try can succeed.' }),
    retry_at: instant.nullable().optional().meta({ description: 'Of the error of a video: not before this moment.' }),
    'violated-policies': z.array(z.string()).optional().meta({ description: 'The limits that are used up.' }),
  })
  .meta({ id: 'Problem' })
