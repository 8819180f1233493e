// GET /videos/{id}/tracks: which captions a video offers. The source is asked while the client waits, once for all who ask.
import {
  isTranscriptionError,
  toErrorRecord,
  tracksJson,
  type Clock,
  type ErrorCode,
  type TranscriptionError,
} from '@ytscriptify/core'
import { z } from 'zod'
import { json } from '../answers.ts'
import { jsonOf, keyedProblems, response } from '../openapi/responses.ts'
import { HttpProblem, problemOfRecord } from '../problem.ts'
import { readQuery } from '../read-query.ts'
import type { Route, RouteParts } from '../route.ts'
import { videoParams, videoTracks } from '../schemas/tracks.ts'
import { sharedTracks } from '../shared-tracks.ts'

/** What the source may say instead of its tracks. */
const SOURCE_CODES = [
  'video_unavailable',
  'video_unplayable',
  'video_private',
  'age_restricted',
  'members_only',
  'premium_only',
  'payment_required',
  'geo_blocked',
  'account_terminated',
  'live_upcoming',
  'live_now',
  'transcripts_disabled',
  'po_token_required',
  'source_blocked',
  'source_rate_limited',
  'consent_required',
  'source_request_failed',
  'source_unreachable',
  'source_timeout',
] as const satisfies readonly ErrorCode[]

const query = z.strictObject({})

export function tracksRoute({ service, clock }: RouteParts): Route {
  const shared = sharedTracks({ service, clock })
  return {
    method: 'GET',
    path: '/videos/{id}/tracks',
    submits: true,
    describe: () => ({
      operationId: 'listTracks',
      summary: 'Which caption tracks a video offers',
      description:
        'The source is asked at once, in its turn among the videos that this server asks for, so it counts as a submission does. Who asks for the same video at the same time gets the same answer, and so does who asks within a minute. Nothing is stored, and no job is made. `rate_limited` also where too many videos are asked for at once.',
      tags: ['transcripts'],
      request: { params: videoParams },
      responses: {
        200: response({ description: 'The tracks.', content: jsonOf(videoTracks) }),
        ...keyedProblems('invalid_input', 'unsupported_url', 'not_supported', 'server_closing', ...SOURCE_CODES),
      },
    }),
    async answer(call) {
      readQuery(call.request, query)
      const { closing, onFault } = call
      const { signal, release } = call.untilGone()
      try {
        const found = await shared.get(call.params['id'] ?? '', { signal, closing, onFault })
        return json(tracksJson(found), { headers: { 'cache-control': 'no-store' } })
      } catch (error) {
        // Who has gone hears nothing of it; who has not is told where to ask.
        if (signal.aborted) throw new HttpProblem('server_closing', 'The server stops, and asks no source any more.')
        throw isOfSource(error) ? sourceProblem(error, clock) : error
      } finally {
        release()
      }
    },
  }
}

const isOfSource = (error: unknown): error is TranscriptionError =>
  isTranscriptionError(error) && SOURCE_CODES.some((code) => code === error.code)

function sourceProblem(error: TranscriptionError, clock: Clock): HttpProblem {
  const waitMs = error.retryAt && error.retryAt.getTime() - clock.now()
  return problemOfRecord(toErrorRecord(error), {}, waitMs === undefined ? {} : { 'retry-after': secondsOf(waitMs) })
}

const secondsOf = (ms: number): string => String(Math.max(0, Math.ceil(ms / 1_000)))
