// What a diagnosis is in answers: the document's side of `diagnosisJson`.
import { z } from 'zod'
import { count, instant } from './values.ts'

const milliseconds = count.nullable().meta({ description: 'Null where nothing was asked.' })

const foundError = z
  .strictObject({
    code: z.string().meta({ description: 'As in docs/errors.md.' }),
    message: z.string(),
    hint: z.string(),
    retryable: z.boolean(),
    retry_at: instant.nullable(),
  })
  .nullable()
  .meta({ id: 'FoundError' })

const finding = z
  .strictObject({
    level: z
      .enum(['ok', 'warning', 'problem'])
      .meta({ description: 'A problem stops transcripts, a warning does not.' }),
    about: z.enum(['storage', 'gate', 'source', 'machine', 'queue']),
    message: z.string(),
    remedy: z.string().nullable().meta({ description: 'A name of what helps, for programs. Null where all is well.' }),
    advice: z.string().nullable().meta({ description: 'What to do.' }),
  })
  .meta({ id: 'Finding' })

const storage = z.strictObject({
  state: z.enum(['answers', 'failing', 'absent']),
  ms: milliseconds,
  schema_version: z.int().min(1).nullable(),
  error: foundError,
})

const gate = z.strictObject({
  key: z.string(),
  state: z.enum(['open', 'closed', 'ajar']).meta({
    description: 'Ajar: its pause is over, and one video at a time finds out whether the source lets us in again.',
  }),
  closed_until: instant.nullable(),
  probing: z.boolean(),
})

const reach = z.strictObject({
  state: z.enum(['reached', 'refused', 'unreachable', 'paused']),
  at: z.enum(['program', 'proxy', 'dns', 'connect', 'tls', 'timeout', 'answer']).nullable().meta({
    description: 'Where it ended.',
  }),
  cause: z.string().nullable().meta({ description: 'The code of the system.', example: 'ENOTFOUND' }),
  http_status: z.int().nullable(),
  ms: milliseconds,
  until: instant.nullable().meta({ description: 'Of `paused`: it is not asked before.' }),
  error: foundError,
})

const client = z.strictObject({
  name: z.string().meta({ example: 'ANDROID' }),
  version: z.string().nullable(),
  state: z.enum(['gives', 'shows', 'blocked', 'refused', 'failed', 'skipped']),
  why: z.enum(['not_needed', 'stopped']).nullable().meta({ description: 'Of `skipped`.' }),
  http_status: z.int().nullable(),
  ms: milliseconds,
  language: z.string().nullable(),
  segments: count.nullable(),
  error: foundError,
})

const way = z.strictObject({
  target: z.string().meta({ example: 'www.youtube.com' }),
  proxy: z.string().nullable().meta({ description: 'Host and port, where it goes through one.' }),
  reach,
  clients: z.array(client),
})

const source = z.strictObject({ source: z.string(), video_id: z.string().nullable(), ways: z.array(way) })

export const diagnosis = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'failing']),
    queue: z.literal('unreachable').optional(),
    checked_at: instant.meta({ description: 'One diagnosis answers all who ask, for one to five minutes.' }),
    findings: z.array(finding).meta({ description: 'What all of the following means, in words.' }),
    storage,
    gates: z.array(gate),
    sources: z.array(source).meta({ description: 'Empty where a closed gate kept it from being asked.' }),
  })
  .meta({ id: 'Diagnosis' })

export type DiagnosisBody = z.input<typeof diagnosis>
