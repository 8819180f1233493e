// Whether this process runs, and whether it can serve. Open to everybody, so they tell nothing else.
import { TranscriptionError, type Clock } from '@ytscriptify/core'
import { z } from 'zod'
import { json, type Answer } from '../answers.ts'
import { HEADERS, jsonOf, problems } from '../openapi/responses.ts'
import { HttpProblem } from '../problem.ts'
import type { Route, RouteParts } from '../route.ts'

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })

const ok = (): Answer => json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })

const healthy = (description: string) => ({
  200: { description, headers: HEADERS.requestId, content: jsonOf(health) },
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
    responses: { ...healthy('It runs.'), ...problems('internal') },
  }),
  answer: ok,
})

export function readyzRoute({ service, clock }: RouteParts): Route {
  let asking: Promise<void> | undefined

  /** One question to the storage at a time: whoever asks often loads it no more than who asks once. */
  const ready = (): Promise<void> => {
    asking ??= answeredInTime(service.ready(), clock).finally(() => (asking = undefined))
    return asking
  }

  return {
    method: 'GET',
    path: '/readyz',
    open: true,
    describe: () => ({
      operationId: 'readyz',
      summary: 'Whether it can serve: asks the storage, and says no when the server is about to stop',
      tags: ['health'],
      security: [],
      responses: { ...healthy('It can serve.'), ...problems('internal', 'storage_unavailable', 'server_closing') },
    }),
    async answer({ isClosing }) {
      if (isClosing) throw new HttpProblem('server_closing', 'The server finishes what it has begun, and stops.')
      await ready()
      return ok()
    },
  }
}

/** In milliseconds: no healthy storage takes as long, and who asks for health gives up a little later. */
const LONGEST_ANSWER_MS = 5_000

/** A storage that hangs is as good as away, and whoever asks next asks it again. */
async function answeredInTime(question: Promise<void>, clock: Clock): Promise<void> {
  const answered = new AbortController()
  try {
    await Promise.race([question, tooLate()])
  } finally {
    answered.abort()
  }

  async function tooLate(): Promise<never> {
    // Rejects when it is not needed any more; the race is over then.
    await clock.sleep(LONGEST_ANSWER_MS, answered.signal)
    throw new TranscriptionError('storage_unavailable', `The storage has not answered for ${LONGEST_ANSWER_MS} ms.`)
  }
}
