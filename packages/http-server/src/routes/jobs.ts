// GET /jobs: the caller's jobs, newest first, a page at a time.
import { JOB_STATUSES, jobSummary } from '@ytscriptify/core'
import { z } from 'zod'
import { json } from '../answers.ts'
import { HEADERS, jsonOf, keyedProblems, response } from '../openapi/responses.ts'
import { readQuery } from '../read-query.ts'
import type { Route, RouteParts } from '../route.ts'
import { jobPage } from '../schemas/job.ts'
import { wholeNumberUpTo } from '../whole-number.ts'

const MAX_LIMIT = 200

const query = z.strictObject({
  status: z.enum(JOB_STATUSES).optional().meta({ description: 'Only jobs with this status.' }),
  limit: wholeNumberUpTo(MAX_LIMIT).default(50).meta({ description: 'Jobs on one page.' }),
  cursor: z.string().max(512).optional().meta({ description: 'The `next_cursor` of the page before.' }),
})

/** Parameters of the old service that have gone. */
const GONE = { offset: 'Pages are no longer counted: give the next_cursor of the page before as `cursor`' }

export const jobsRoute = ({ service, links }: RouteParts): Route => ({
  method: 'GET',
  path: '/jobs',
  describe: () => ({
    operationId: 'listJobs',
    summary: 'List jobs, newest first',
    tags: ['jobs'],
    request: { query },
    responses: {
      200: response({ description: 'One page.', content: jsonOf(jobPage), headers: HEADERS.link }),
      ...keyedProblems('invalid_input'),
    },
  }),
  async answer({ request, caller }) {
    const { status, limit, cursor } = readQuery(request, query, { unknown: GONE })
    const page = await service.list({
      ...caller,
      limit,
      ...(status && { status }),
      ...(cursor !== undefined && { cursor }),
    })
    const { nextCursor } = page
    const next = nextCursor === undefined ? undefined : links.jobs(queryOf({ status, limit, cursor: nextCursor }))
    return json(
      { jobs: page.jobs.map(jobSummary), next_cursor: nextCursor ?? null },
      { headers: { 'cache-control': 'no-store', ...(next !== undefined && { link: `<${next}>; rel="next"` }) } },
    )
  },
})

function queryOf({ status, limit, cursor }: { status: string | undefined; limit: number; cursor: string }) {
  const parameters = new URLSearchParams({ limit: String(limit), cursor })
  if (status !== undefined) parameters.set('status', status)
  return parameters
}
