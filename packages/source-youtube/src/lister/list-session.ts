// The requests of one list: youtubei.js makes them and reads the answers, and here they go out as those of a source do,
// with its limits, its pauses and its errors.
import { TranscriptionError, backoffMs, isTranscriptionError, type Clock } from '@ytscriptify/core'
import { YOUTUBE_CLIENTS } from '../clients.ts'
import { assertOpen, type EgressPool } from '../egress-pool.ts'
import { pageError } from '../http-answer.ts'
import { parseJson } from '../parse-json.ts'
import { ticketOf, type createPassages } from '../passage.ts'
import type { YouTubeRequest } from '../transport.ts'
import type { Library } from './load-library.ts'

export interface ListSessionParts {
  readonly library: Library
  readonly pool: EgressPool
  readonly travel: ReturnType<typeof createPassages>
  readonly clock: Clock
  readonly random: () => number
  /** Names the list in messages: `the list PL…`. */
  readonly subject: string
  /** Made where YouTube does not know what is asked for. */
  readonly notFound: () => TranscriptionError
  readonly signal: AbortSignal
}

export type ListSession = Awaited<ReturnType<Library['Innertube']['create']>>

/** A request that fails for a reason that may pass is made so often; a list has many, and each may meet such a moment. */
const TRIES = 3

const PAUSE = { baseMs: 1_000, maxMs: 10_000, maxFailures: TRIES, scheduledMs: 0 }

/** Anonymous, in English since alerts are read by their words, and without a request of its own. */
export function openListSession(parts: ListSessionParts): Promise<ListSession> {
  const { library, signal } = parts
  return library.Innertube.create({
    lang: 'en',
    location: 'US',
    timezone: 'UTC',
    user_agent: USER_AGENT,
    generate_session_locally: true,
    retrieve_innertube_config: false,
    retrieve_player: false,
    enable_session_cache: false,
    async fetch(input, init) {
      const { url, method, headers, body } = sentBy(input, init)
      const { subject, notFound } = parts
      const text = await askPatiently({ subject, url, method, headers, body, notFound, signal }, parts)
      return new Response(text, { headers: { 'content-type': 'application/json' } })
    },
  })
}

const USER_AGENT = YOUTUBE_CLIENTS.find(({ name }) => name === 'WEB')?.userAgent ?? ''

type LibraryFetch = NonNullable<NonNullable<Parameters<Library['Innertube']['create']>[0]>['fetch']>

/** It hands over the address as a Request, and beside it what that carries. */
function sentBy(...[input, init]: Parameters<LibraryFetch>) {
  const url = new URL(input instanceof Request ? input.url : input)
  if (typeof init?.body !== 'string') throw new TypeError(`A request of youtubei.js has no text: ${url.pathname}`)
  const headers = Object.fromEntries(new Headers(init.headers))
  // Of the languages of the answer: those of every other request to YouTube.
  delete headers['accept-language']
  return { url, method: 'POST', headers, body: init.body } as const
}

async function askPatiently(request: YouTubeRequest, parts: ListSessionParts): Promise<string> {
  const { clock, random, signal } = parts
  for (let tries = 1; ; tries += 1) {
    try {
      const { text, isEmpty } = await ask(request, parts)
      // Said thrice, it is the end of the list.
      if (!isEmpty || tries === TRIES) return text
    } catch (error) {
      if (tries === TRIES || !mayPass(error)) throw error
    }
    await clock.sleep(backoffMs(tries, { policy: PAUSE, random }), signal)
  }
}

const mayPass = (error: unknown): boolean =>
  isTranscriptionError(error, 'source_request_failed') || isTranscriptionError(error, 'source_unreachable')

interface Answer {
  readonly text: string
  /** YouTube leaves the contents out of an answer now and then. https://github.com/ytdl-org/youtube-dl/issues/28194 */
  readonly isEmpty: boolean
}

async function ask(request: YouTubeRequest, { pool, travel, clock }: ListSessionParts): Promise<Answer> {
  const { subject, signal } = request
  assertOpen(pool, clock)
  const ticket = ticketOf(await pool.admit(signal))
  try {
    return await travel({ ticket, lane: 'videos', signal }, async ({ transport }) => {
      const text = await transport(request)
      const json = parseJson(text)
      if (typeof json !== 'object' || json === null) throw pageError(text, subject) ?? noAnswer(subject)
      return { text, isEmpty: Object.keys(json).every((key) => ENVELOPE.has(key)) }
    })
  } finally {
    ticket.release()
  }
}

/** What stands around the contents. */
const ENVELOPE: ReadonlySet<string> = new Set(['responseContext', 'trackingParams'])

const noAnswer = (subject: string): TranscriptionError =>
  new TranscriptionError('source_request_failed', `YouTube answered ${subject} with something that is no answer.`)
