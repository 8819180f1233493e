// youtubeSource(): transcripts of YouTube videos. It puts together what the other files do one by one.
import {
  TranscriptionError,
  chooseTrack,
  systemClock,
  type Clock,
  type FetchOptions,
  type FetchedTranscript,
  type Track,
  type TranscriptSource,
  type VideoMetadata,
  type VideoRef,
} from '@ytscriptify/core'
import { askClients } from './client-chain.ts'
import { YOUTUBE_CLIENTS, type YouTubeClient } from './clients.ts'
import { downloadTrack, type DownloadedText } from './download.ts'
import { createLimiter } from './limiter.ts'
import { isVideoId, parseVideoId } from './parse-video-id.ts'
import { assertHasCaptions } from './playability.ts'
import type { OfferedTrack, PlayerAnswer } from './player-answer.ts'
import { askPlayer } from './player-call.ts'
import { YOUTUBE_ORIGIN, createTransport } from './transport.ts'

export interface YouTubeSourceOptions {
  /** Makes every request, from the first to the last. @default the global `fetch`. Change it to go through a proxy. */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Origin, with a path if need be, that all requests go to instead of `https://www.youtube.com`.
   * @default none. Change it to use a mirror, a recording proxy or a stand-in.
   */
  readonly baseUrl?: string | URL
  /**
   * How long one request may take, from connecting to the end of its body, in milliseconds.
   * @default 15_000. A video takes two requests, more where YouTube refuses a client. Allow more on a slow line.
   */
  readonly timeoutMs?: number
  /** As whom YouTube is asked, in order. @default {@link YOUTUBE_CLIENTS}. Change it when YouTube retires one of them. */
  readonly clients?: readonly YouTubeClient[]
  /** How many videos are asked for at the same time, by this source. @default 4. YouTube blocks addresses that ask much. */
  readonly concurrency?: number
  /**
   * Mean time between the starts of two videos, in milliseconds, drawn from half to one and a half of it.
   * @default 100. Take more where YouTube blocks you, and 0 where there is no YouTube to spare.
   */
  readonly minGapMs?: number
  /** The longest body that is read, in bytes. @default 16 MiB; captions of a long video have one. */
  readonly maxBodyBytes?: number
  /** @default the system's. Tests bring their own. */
  readonly clock?: Clock
  /** From 0 to 1, as `Math.random`. @default `Math.random` */
  readonly random?: () => number
}

export type YouTubeSource = TranscriptSource & Required<Pick<TranscriptSource, 'tracks' | 'check'>>

/**
 * Fetches transcripts from YouTube, anonymously.
 *
 * @throws {TranscriptionError} `invalid_input` for options that cannot be meant.
 */
export function youtubeSource(options: YouTubeSourceOptions = {}): YouTubeSource {
  const { clients = YOUTUBE_CLIENTS, clock = systemClock, random = Math.random } = options
  if (clients.length === 0) throw new TranscriptionError('invalid_input', 'clients must name at least one client.')
  const transport = createTransport({
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    baseUrl: options.baseUrl === undefined ? undefined : originOf(options.baseUrl),
    timeoutMs: atLeast(1, 'timeoutMs', options.timeoutMs ?? 15_000),
    maxBodyBytes: atLeast(1, 'maxBodyBytes', options.maxBodyBytes ?? 16 * 1024 * 1024),
    clock,
  })
  const admit = createLimiter({
    concurrency: atLeast(1, 'concurrency', options.concurrency ?? 4),
    minGapMs: atLeast(0, 'minGapMs', options.minGapMs ?? 100),
    clock,
    random,
  })

  /** What one client says of a video that has captions. */
  async function resolve(videoId: string, client: YouTubeClient, signal: AbortSignal): Promise<PlayerAnswer> {
    const answer = await askPlayer({ videoId, client, transport, signal })
    assertHasCaptions(answer, { videoId, now: clock.now() })
    return answer
  }

  async function fetchVideo({ videoId }: VideoRef, { request, signal }: FetchOptions): Promise<FetchedTranscript> {
    assertVideoId(videoId)
    return askClients(
      async (client, onTrack) => {
        const answer = await resolve(videoId, client, signal)
        const track = chooseTrack({ videoId, request, tracks: answer.tracks, spoken: answer.spoken })
        onTrack()
        const text = await downloadTrack({ videoId, track, client, transport, signal })
        return transcriptOf({ answer, track, text, client })
      },
      { clients, signal },
    )
  }

  async function withPermit<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const permit = await admit(signal)
    try {
      return await work()
    } finally {
      permit.release()
    }
  }

  return {
    id: 'youtube',
    parse(url) {
      const videoId = parseVideoId(url)
      return videoId === undefined ? undefined : { videoId }
    },
    admit,
    fetch: fetchVideo,
    async tracks({ videoId }, { signal }) {
      assertVideoId(videoId)
      const ask = async (client: YouTubeClient): Promise<readonly Track[]> =>
        (await resolve(videoId, client, signal)).tracks.map(({ url: _signed, ...track }) => track)
      return withPermit(signal, () => askClients(ask, { clients, signal }))
    },
    async check({ signal }) {
      const url = new URL('/generate_204', YOUTUBE_ORIGIN)
      await withPermit(signal, () => transport({ subject: 'a test request', url, signal }))
    },
  }
}

interface Parts {
  readonly answer: PlayerAnswer
  readonly track: OfferedTrack
  readonly text: DownloadedText
  readonly client: YouTubeClient
}

function transcriptOf({ answer, track, text, client }: Parts): FetchedTranscript {
  const { title, channel, durationMs } = answer.details ?? {}
  const metadata: VideoMetadata = {
    ...(title !== undefined && { title }),
    ...(channel !== undefined && { channel }),
    ...(durationMs !== undefined && { durationMs }),
    provenance: { client: client.name, format: text.format, ...(track.name !== undefined && { track: track.name }) },
  }
  return { language: track.language, kind: track.kind, segments: text.segments, metadata }
}

function assertVideoId(videoId: string): void {
  if (isVideoId(videoId)) return
  throw new TranscriptionError('unsupported_url', `"${videoId.slice(0, 50)}" is not the id of a YouTube video.`)
}

function originOf(baseUrl: string | URL): URL {
  const url = URL.canParse(String(baseUrl)) ? new URL(baseUrl) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url
  throw new TranscriptionError('invalid_input', 'baseUrl must be an http or https URL without a user or a password.')
}

function atLeast(least: number, name: string, value: number): number {
  if (Number.isFinite(value) && value >= least) return value
  throw new TranscriptionError('invalid_input', `${name} must be a number of at least ${least}.`)
}
