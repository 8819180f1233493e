// A job, as answers show it.
import { JOB_STATUSES } from '@ytscriptify/core'
import { z } from 'zod'
import { result } from './transcript.ts'
import { count, errorCode, instant, uuid } from './values.ts'

const jobStatus = z.enum(JOB_STATUSES).meta({
  id: 'JobStatus',
  description: '`failed` only if every video failed, `completed` if at least one succeeded.',
})

const summary = {
  job_id: uuid,
  status: jobStatus,
  created_at: instant,
  updated_at: instant,
  completed_at: instant.nullable().meta({ description: 'When it reached its last status.' }),
  counts: z
    .strictObject({ total: count, completed: count, failed: count, cancelled: count })
    .meta({ description: 'How many of its videos are where. The rest is still to be done.' }),
  languages: z.array(z.string()),
  kind: z.enum(['any', 'manual', 'generated']),
  retry_of: uuid.nullable().meta({ description: 'The job whose failed and cancelled videos this one tries again.' }),
  error: z
    .strictObject({ code: errorCode, message: z.string() })
    .nullable()
    .meta({ description: 'Why it failed, when it failed.' }),
}

export const job = z.strictObject(summary).meta({ id: 'Job' })

export const submittedJob = z
  .strictObject({
    ...summary,
    links: z.strictObject({ job: z.string(), events: z.string() }).meta({ description: 'Where the job is followed.' }),
  })
  .meta({ id: 'SubmittedJob' })

export const jobWithResults = z
  .strictObject({
    ...summary,
    truncated: z.boolean().meta({
      description: 'Whether the texts are left out since they are too large: each has a `transcript_url` then.',
    }),
    results: z.array(result).meta({ description: 'By position in the submitted list.' }),
  })
  .meta({ id: 'JobWithResults' })

export const jobPage = z
  .strictObject({
    jobs: z.array(job),
    next_cursor: z.string().nullable().meta({ description: 'For the next page, when there is one.' }),
  })
  .meta({ id: 'JobPage' })
