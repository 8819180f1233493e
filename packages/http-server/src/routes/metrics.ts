// GET /metrics: what this process has done and what the storage says, for Prometheus.
import { z } from 'zod'
import { text } from '../answers.ts'
import { HEADERS, keyedProblems, problems, response } from '../openapi/responses.ts'
import type { Route, ShownMetrics } from '../route.ts'

export const metricsRoute = ({ metrics, access }: ShownMetrics): Route => ({
  method: 'GET',
  path: '/metrics',
  ...(access === 'open' && { open: true }),
  describe: () => ({
    operationId: 'metrics',
    summary: 'Metrics of this process, and of the storage behind it',
    description: 'In the text format of Prometheus; docs/monitoring.md explains each of them.',
    tags: ['health'],
    ...(access === 'open' && { security: [] }),
    responses: {
      200: response({
        description: 'The metrics. While the storage is away those that only it knows are left out.',
        content: { 'text/plain': { schema: z.string() } },
        headers: HEADERS.requestId,
      }),
      ...(access === 'open' ? problems('internal') : keyedProblems()),
    },
  }),
  async answer() {
    const { contentType, body } = await metrics.scrape()
    return text(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
  },
})
