// Asks YouTube's InnerTube API what a video is and which captions it has.
import { TranscriptionError } from '@ytscriptify/core'
import type { YouTubeClient } from './clients.ts'
import { pageError } from './http-answer.ts'
import { parseJson } from './parse-json.ts'
import { readPlayerAnswer, type PlayerAnswer } from './player-answer.ts'
import { YOUTUBE_ORIGIN, type Transport } from './transport.ts'

/** What a client is asked, whichever way it is asked. */
export interface PlayerCall {
  readonly videoId: string
  readonly client: YouTubeClient
  readonly transport: Transport
  readonly signal: AbortSignal
}

/** @throws {TranscriptionError} what the transport throws, and `source_request_failed` for an answer that is none. */
export async function askPlayer({ videoId, client, transport, signal }: PlayerCall): Promise<PlayerAnswer> {
  const subject = `the player call for ${videoId}`
  const body = await transport({
    subject,
    url: new URL('/youtubei/v1/player?prettyPrint=false', YOUTUBE_ORIGIN),
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': client.userAgent,
      'x-youtube-client-name': String(client.number),
      'x-youtube-client-version': client.version,
    },
    body: JSON.stringify({ context: contextOf(client), videoId, contentCheckOk: true, racyCheckOk: true }),
    signal,
  })
  const answer = readPlayerAnswer(parseJson(body))
  if (answer) return answer
  throw (
    pageError(body, subject) ??
    new TranscriptionError('source_request_failed', `YouTube answered ${subject} with something that is no answer.`)
  )
}

/** In English whatever captions are wanted: the reasons of a refusal are read by their words. */
const contextOf = ({ name, version, userAgent, device }: YouTubeClient): object => ({
  client: {
    ...device,
    clientName: name,
    clientVersion: version,
    userAgent,
    hl: 'en',
    timeZone: 'UTC',
    utcOffsetMinutes: 0,
  },
})
