// Fetches the text of one chosen track with youtube-transcript. Its player call is answered here, with exactly that
// track, so that it neither asks as a client of its own nor guesses; its request for the text goes through our
// transport. docs/decisions says why, and why the text is made canonical before the library parses it.
import { TranscriptionError, type Segment } from '@ytscriptify/core'
import { fetchTranscript } from 'youtube-transcript'
import type { YouTubeClient } from './clients.ts'
import { pageError } from './http-answer.ts'
import type { OfferedTrack, OfferedTranslation } from './player-answer.ts'
import { toSrv3 } from './srv3.ts'
import { readTimedText, type TimedText } from './timed-text.ts'
import { YOUTUBE_ORIGIN, type Transport } from './transport.ts'

export interface Download {
  readonly videoId: string
  readonly track: OfferedTrack
  /** Into which language YouTube is to translate it. @default none */
  readonly translation?: OfferedTranslation | undefined
  /** Keeps bold and italic type as tags in the text. @default false */
  readonly keepFormatting?: boolean | undefined
  readonly client: YouTubeClient
  readonly transport: Transport
  readonly signal: AbortSignal
}

export interface DownloadedText {
  readonly segments: readonly Segment[]
  readonly format: TimedText['format']
}

/**
 * @throws {TranscriptionError} what the transport throws; `po_token_required` without a request, when the address says
 *   that nothing will come; `empty_transcript` for an answer without text, for one that is no captions, and for one
 *   that was cut off; `source_blocked` for a captcha, and `consent_required` for the page about cookies.
 */
export async function downloadTrack(download: Download): Promise<DownloadedText> {
  const url = captionAddress(download)
  let format: TimedText['format'] = 'srv3'
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    if (init?.method === 'POST') return Response.json(playerAnswerWith(url, download.track))
    const text = await fetchTimedText(url, download)
    format = text.format
    return new Response(toSrv3(text.rows))
  }
  const rows = await fetchTranscript(download.videoId, { fetch })
  const segments = rows.map(({ text, offset, duration }) => ({ text, startMs: offset, durationMs: duration }))
  return { segments, format }
}

/** @throws {TranscriptionError} `po_token_required`, `source_request_failed` for an address that is not YouTube's. */
export function captionAddress({
  videoId,
  track,
  translation,
  client,
}: Pick<Download, 'videoId' | 'track' | 'translation' | 'client'>): URL {
  const url = URL.canParse(track.url, YOUTUBE_ORIGIN) ? new URL(track.url, YOUTUBE_ORIGIN) : undefined
  // The address comes from outside: it must not lead us anywhere else.
  if (url?.protocol !== 'https:' || url.port !== '' || !url.hostname.endsWith('.youtube.com')) {
    const message = `YouTube named an address of captions for ${videoId} that is not its own.`
    throw new TranscriptionError('source_request_failed', message)
  }
  const experiments = (url.searchParams.get('exp') ?? '').split(',')
  if (experiments.includes('xpe') || experiments.includes('xpv')) {
    const message = `YouTube gives the captions of ${videoId} to the client ${client.name} only with a proof of origin.`
    throw new TranscriptionError('po_token_required', message)
  }
  url.searchParams.set('fmt', 'srv3')
  if (translation) url.searchParams.set('tlang', translation.language)
  // With it, positions on the screen tear rows apart. https://github.com/yt-dlp/yt-dlp/issues/13654
  url.searchParams.delete('xosf')
  return url
}

const playerAnswerWith = (url: URL, { language }: OfferedTrack): object => ({
  captions: { playerCaptionsTracklistRenderer: { captionTracks: [{ baseUrl: url.href, languageCode: language }] } },
})

async function fetchTimedText(url: URL, download: Download): Promise<TimedText> {
  const { videoId, client, transport, keepFormatting = false, signal } = download
  const subject = `the request for the captions of ${videoId}`
  const body = await transport({ subject, url, headers: { 'user-agent': client.userAgent }, signal })
  const text = readTimedText(body, { keepFormatting })
  if (text && text.rows.length > 0) return text
  if (text) throw new TranscriptionError('empty_transcript', `YouTube answered ${subject} with no text.`)
  if (body.trim() === '') throw new TranscriptionError('empty_transcript', `YouTube answered ${subject} with nothing.`)
  throw pageError(body, subject) ?? unreadable(`YouTube answered ${subject} with something unreadable.`)
}

/** No text has come, as when nothing comes; but nobody must look for an empty answer in his records. */
const unreadable = (message: string): TranscriptionError =>
  new TranscriptionError('empty_transcript', message, {
    hint: 'What came was a page, cut off, or in an unknown format; try again later.',
  })
