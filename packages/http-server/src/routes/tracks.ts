// GET /videos/{id}/tracks: which captions a video offers. The source is asked while the client waits.
import {
  isTranscriptionError,
  toErrorRecord,
  tracksJson,
  type Clock,
  type ErrorCode,
  type TranscriptionError,
} from '@ytscriptify/core'
import { json } from '../answers.ts'
import { jsonOf, keyedProblems, response } from '../openapi/responses.ts'
import { HttpProblem, problemOfRecord } from '../problem.ts'
import type { Route, RouteParts } from '../route.ts'
import { videoParams, videoTracks } from '../schemas/tracks.ts'

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

export const tracksRoute = ({ service, clock }: RouteParts): Route => ({
  method: 'GET',
  path: '/videos/{id}/tracks',
  describe: () => ({
    operationId: 'listTracks',
    summary: 'Which caption tracks a video offers',
    description:
      'The source is asked at once, in its turn among the videos that this server asks for. Nothing is stored, and no job is made.',
    tags: ['transcripts'],
    request: { params: videoParams },
    responses: {
      200: response({ description: 'The tracks.', content: jsonOf(videoTracks) }),
      ...keyedProblems('unsupported_url', 'not_supported', 'server_closing', ...SOURCE_CODES),
    },
  }),
  async answer(call) {
    const { signal, release } = call.untilGone()
    try {
      const found = await service.tracks(call.params['id'] ?? '', { signal })
      return json(tracksJson(found), { headers: { 'cache-control': 'no-store' } })
    } catch (error) {
      // Who has gone hears nothing of it; who has not is told where to ask.
      if (signal.aborted) throw new HttpProblem('server_closing', 'The server stops, and asks no source any more.')
      throw isOfSource(error) ? sourceProblem(error, clock) : error
    } finally {
      release()
    }
  },
})

const isOfSource = (error: unknown): error is TranscriptionError =>
  isTranscriptionError(error) && SOURCE_CODES.some((code) => code === error.code)

function sourceProblem(error: TranscriptionError, clock: Clock): HttpProblem {
  const waitMs = error.retryAt && error.retryAt.getTime() - clock.now()
  return problemOfRecord(toErrorRecord(error), {}, waitMs === undefined ? {} : { 'retry-after': secondsOf(waitMs) })
}

const secondsOf = (ms: number): string => String(Math.max(0, Math.ceil(ms / 1_000)))
