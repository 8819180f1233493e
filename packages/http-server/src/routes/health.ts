// Whether this process runs, and whether it can serve. Open to everybody, so they tell nothing else; but for the question
// whether transcripts can be had, which makes requests to the source and so needs a key.
import { TranscriptionError, diagnosisJson, type Diagnosis } from '@ytscriptify/core'
import { z } from 'zod'
import { answeredInTime } from '../answered-in-time.ts'
import { json, type Answer } from '../answers.ts'
import { asksFor, readQuery } from '../read-query.ts'
import { HEADERS, jsonOf, problems, response } from '../openapi/responses.ts'
import { hintOf } from '../problem-codes.ts'
import { HttpProblem } from '../problem.ts'
import type { Call, Route, RouteParts } from '../route.ts'
import { diagnosis, type DiagnosisBody } from '../schemas/diagnosis.ts'
import { problem } from '../schemas/problem.ts'
import { sharedDiagnosis } from '../shared-diagnosis.ts'

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })

const readiness = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    queue: z
      .literal('unreachable')
      .optional()
      .meta({ description: 'Work is found by looking for it, and so a few seconds later.' }),
  })
  .meta({ id: 'Readiness' })

const deepQuery = z.strictObject({
  deep: z.literal('1').optional().meta({
    description: 'Also asks the source, with a few requests, whether transcripts can be had. It needs a key.',
  }),
})

const NOT_STORED = { 'cache-control': 'no-store' }

const healthy = (body: z.input<typeof readiness>): Answer => json(body, { headers: NOT_STORED })

const healthyResponse = (description: string, schema: z.ZodType) => ({
  200: { description, headers: HEADERS.requestId, content: jsonOf(schema) },
})

export const livezRoute = (): Route => ({
  method: 'GET',
  path: '/livez',
  open: true,
  describe: () => ({
    operationId: 'livez',
    summary: 'Whether the process runs',
    tags: ['health'],
    security: [],
    responses: { ...healthyResponse('It runs.', health), ...problems('internal') },
  }),
  answer: () => healthy({ status: 'ok' }),
})

export function readyzRoute({ service, queue, clock }: Pick<RouteParts, 'service' | 'queue' | 'clock'>): Route {
  const shared = sharedDiagnosis({ service, clock })
  let asking: Promise<void> | undefined
  let told: Diagnosis | undefined

  /** One question to the storage at a time: whoever asks often loads it no more than who asks once. */
  const ready = (): Promise<void> => {
    asking ??= answeredInTime(service.ready(), { ms: LONGEST_ANSWER_MS, clock }).finally(() => (asking = undefined))
    return asking
  }

  const isQueueAway = (): boolean => queue?.isConnected?.() === false

  /** A diagnosis answers many, for minutes; its fault is told of once. */
  function tellOnce(found: Diagnosis, onFault: Call['onFault']): void {
    if (found === told) return
    told = found
    const { storage } = found
    if (storage.state === 'failing') onFault(new TranscriptionError(storage.error.code, storage.error.message))
  }

  async function answerDeep({ request, closing, onFault }: Call): Promise<Answer> {
    readQuery(request, deepQuery)
    try {
      // Who leaves does not end it: it is for all who ask, and who comes back must not begin it anew.
      const found = await shared.get(closing)
      tellOnce(found, onFault)
      return deepAnswer(withoutSecrets(found), { isQueueAway: isQueueAway() })
    } catch (error) {
      throw closing?.aborted ? closed() : error
    }
  }

  return {
    method: 'GET',
    path: '/readyz',
    open: (request) => !asksFor(request, 'deep'),
    describe: () => ({
      operationId: 'readyz',
      summary: 'Whether it can serve: asks the storage, and says no when the server is about to stop',
      tags: ['health'],
      security: [{}, { ApiKey: [] }, { Bearer: [] }],
      description: `Without its queue it serves on, \`degraded\`: nothing is lost but a few seconds.

With \`?deep=1\` and a key it says whether transcripts can be had from here, and what stands in their way: what \`ytscriptify doctor\` finds. One diagnosis answers all who ask, for five minutes, or for one where it is \`failing\`.`,
      request: { query: deepQuery },
      responses: {
        ...problems('internal', 'unauthorized', 'rate_limited', 'invalid_input'),
        200: response({
          description: 'It can serve; with `?deep=1`: transcripts can be had.',
          content: jsonOf(z.union([readiness, diagnosis])),
        }),
        503: response({
          description:
            '`storage_unavailable`, `server_closing`; with `?deep=1` also: transcripts cannot be had, and what was found.',
          headers: HEADERS.retryAfter,
          content: { 'application/problem+json': { schema: problem }, ...jsonOf(diagnosis) },
        }),
      },
    }),
    async answer(call) {
      if (call.isClosing) throw closed()
      if (asksFor(call.request, 'deep')) return answerDeep(call)
      await ready()
      return healthy(isQueueAway() ? { status: 'degraded', queue: 'unreachable' } : { status: 'ok' })
    },
  }
}

/** Messages of databases name hosts and files: they are for the log of the server. */
function withoutSecrets(found: Diagnosis): Diagnosis {
  const { storage, findings } = found
  if (storage.state !== 'failing') return found
  const { code } = storage.error
  const message = 'The storage cannot be used at the moment.'
  return {
    ...found,
    storage: { ...storage, error: { ...storage.error, message, hint: hintOf(code) } },
    findings: findings.map((finding) =>
      finding.about === 'storage' && finding.level !== 'ok' ? { ...finding, message, advice: hintOf(code) } : finding,
    ),
  }
}

function deepAnswer(found: Diagnosis, { isQueueAway }: { readonly isQueueAway: boolean }): Answer {
  const { status, ...rest } = diagnosisJson(found)
  const body: DiagnosisBody = {
    status: isQueueAway && status === 'ok' ? 'degraded' : status,
    ...(isQueueAway && { queue: 'unreachable' }),
    ...rest,
  }
  if (status !== 'failing') return json(body, { headers: NOT_STORED })
  return json(body, { status: 503, headers: { ...NOT_STORED, 'retry-after': '60' } })
}

const closed = (): HttpProblem => new HttpProblem('server_closing', 'The server finishes what it has begun, and stops.')

/** In milliseconds: no healthy storage takes as long, and who asks for health gives up a little later. */
const LONGEST_ANSWER_MS = 5_000
