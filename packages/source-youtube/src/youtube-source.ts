// youtubeSource(): transcripts of YouTube videos. It puts together what the other files do one by one.
import {
  TranscriptionError,
  chooseTrack,
  isOfLanguage,
  type FetchOptions,
  type FetchedTranscript,
  type Permit,
  type Track,
  type TranscriptSource,
  type VideoRef,
} from '@ytscriptify/core'
import { askClients } from './client-chain.ts'
import type { YouTubeClient } from './clients.ts'
import { createDiagnosis } from './diagnosis.ts'
import { downloadTrack } from './download.ts'
import { assertOpen, createEgressPool } from './egress-pool.ts'
import { isVideoId, parseVideoId } from './parse-video-id.ts'
import { createPassages, ticketOf, type Passage, type Ticket } from './passage.ts'
import { assertHasCaptions } from './playability.ts'
import type { PlayerAnswer } from './player-answer.ts'
import { askPlayer } from './player-call.ts'
import { sourceSettings, type YouTubeSourceOptions } from './source-options.ts'
import { transcriptOf } from './transcript-of.ts'
import { chooseTranslation } from './translation.ts'
import { YOUTUBE_ORIGIN, createTransport } from './transport.ts'
import { askWatchPage } from './watch-page.ts'

export type YouTubeSource = TranscriptSource &
  Required<Pick<TranscriptSource, 'gateKeyOf' | 'tracks' | 'check' | 'diagnose'>>

/**
 * Fetches transcripts from YouTube, anonymously.
 *
 * @throws {TranscriptionError} `invalid_input` for options that cannot be meant.
 */
export function youtubeSource(options: YouTubeSourceOptions = {}): YouTubeSource {
  const settings = sourceSettings(options)
  const { clients, clock, checkVideoId } = settings
  const pool = createEgressPool(settings)
  const travel = createPassages({
    pool,
    transportOf: ({ send }, { egress }) => createTransport({ ...settings, send, proxy: egress.label }),
    clock,
  })
  const tickets = new WeakMap<Permit, Ticket>()

  async function admit(signal: AbortSignal): Promise<Ticket> {
    const ticket = ticketOf(await pool.admit(signal))
    tickets.set(ticket, ticket)
    return ticket
  }

  /** With the ticket of the caller, or with one of our own: who wraps this source may have wrapped its permits too. */
  async function withTicket<T>(
    given: Ticket | undefined,
    signal: AbortSignal,
    work: (ticket: Ticket) => Promise<T>,
  ): Promise<T> {
    if (given) return work(given)
    const own = await admit(signal)
    try {
      return await work(own)
    } finally {
      own.release()
    }
  }

  /** What one client says of a video that has captions. */
  async function resolve(
    videoId: string,
    { client, transport, signal }: { client: YouTubeClient; transport: Passage['transport']; signal: AbortSignal },
  ): Promise<PlayerAnswer> {
    const ask = client.via === 'watch page' ? askWatchPage : askPlayer
    const answer = await ask({ videoId, client, transport, signal })
    if (checkVideoId) assertAbout(videoId, answer)
    assertHasCaptions(answer, { videoId, now: clock.now() })
    return answer
  }

  async function fetchOn(
    { transport, translating }: Passage,
    { videoId, request, signal }: { videoId: string } & Pick<FetchOptions, 'request' | 'signal'>,
  ): Promise<FetchedTranscript> {
    const { translateTo, keepFormatting } = request
    return askClients(
      async (client, onTrack) => {
        const answer = await resolve(videoId, { client, transport, signal })
        const { tracks, spoken, translations: offered } = answer
        const track = chooseTrack({ videoId, request, tracks, spoken })
        const translation =
          translateTo === undefined ? undefined : chooseTranslation({ videoId, track, to: translateTo, offered })
        onTrack()
        const download = () => downloadTrack({ videoId, track, translation, keepFormatting, client, transport, signal })
        const text = await (translation ? translating(download) : download())
        return transcriptOf({ answer, track, translation, text, client, fetchedAt: new Date(clock.now()) })
      },
      { clients, signal },
    )
  }

  return {
    id: SOURCE,
    parse(url) {
      const videoId = parseVideoId(url)
      return videoId === undefined ? undefined : { videoId }
    },
    // Of a translation that YouTube refuses, videos that need none know nothing.
    gateKeyOf: ({ translateTo }) => (translateTo === undefined ? SOURCE : `${SOURCE}:translations`),
    admit,
    async fetch({ videoId }: VideoRef, { request, permit, signal }) {
      assertVideoId(videoId)
      const lane = request.translateTo === undefined ? 'videos' : 'translations'
      return withTicket(tickets.get(permit), signal, (ticket) =>
        travel({ ticket, lane, signal }, (passage) => fetchOn(passage, { videoId, request, signal })),
      )
    },
    async tracks({ videoId }, { signal }) {
      assertVideoId(videoId)
      assertOpen(pool, clock)
      const listAs = (transport: Passage['transport']) => async (client: YouTubeClient) =>
        listOf(await resolve(videoId, { client, transport, signal }))
      return withTicket(undefined, signal, (ticket) =>
        travel({ ticket, lane: 'videos', signal }, ({ transport }) =>
          askClients(listAs(transport), { clients, signal }),
        ),
      )
    },
    async check({ signal }) {
      const url = new URL('/generate_204', YOUTUBE_ORIGIN)
      const checks = pool.ways.map(async ({ egress }) => {
        const connection = egress.connect()
        try {
          const { send } = connection
          await createTransport({ ...settings, send, proxy: egress.label })({ subject: 'a test request', url, signal })
        } finally {
          await connection.close()
        }
      })
      try {
        await Promise.any(checks)
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof AggregateError ? error.errors[0] : error
      }
    },
    diagnose: createDiagnosis({ source: SOURCE, settings, pool, resolve }),
  }
}

const SOURCE = 'youtube'

/** Each track without its signed address, and with the languages that this client was named. */
const listOf = ({ tracks, translations }: PlayerAnswer): readonly Track[] =>
  tracks.map(({ url: _signed, ...track }) => ({
    ...track,
    translatesTo: track.translatable ? othersThan(track.language, translations) : [],
  }))

const othersThan = (own: string, translations: PlayerAnswer['translations']): readonly string[] =>
  translations.map(({ language }) => language).filter((language) => !isOfLanguage(own, language))

/** To some of those whom it blocks, YouTube shows another video than the one they asked for. */
function assertAbout(videoId: string, { details }: PlayerAnswer): void {
  const other = details?.videoId
  if (other === undefined || other === videoId) return
  const shown = isVideoId(other) ? `, ${other}` : ''
  throw new TranscriptionError('source_request_failed', `YouTube answered for another video than ${videoId}${shown}.`)
}

function assertVideoId(videoId: string): void {
  if (isVideoId(videoId)) return
  throw new TranscriptionError('unsupported_url', `"${videoId.slice(0, 50)}" is not the id of a YouTube video.`)
}
