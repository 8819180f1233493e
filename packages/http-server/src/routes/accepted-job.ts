// The answer to whatever makes a job.
import { jobSummary, type Submitted } from '@ytscriptify/core'
import { json, type Answer } from '../answers.ts'
import type { Links } from '../links.ts'

/** How long to wait before asking for a job that has not ended, in seconds. Most videos take a second or two. */
export const POLL_SECONDS = '2'

/** 202 (RFC 9110, section 15.3.3), also when the same request made the job before. */
export const acceptedJob = ({ job, created }: Submitted, links: Links): Answer =>
  json(
    { ...jobSummary(job), links: { job: links.job(job.id), events: links.events(job.id) } },
    {
      status: 202,
      headers: {
        location: links.job(job.id),
        'retry-after': POLL_SECONDS,
        'cache-control': 'no-store',
        ...(!created && { 'idempotency-replayed': 'true' }),
      },
    },
  )
