// Asks one client after another until one gives the transcript, and says in one error what all of them answered.
import { TranscriptionError, isTranscriptionError, type ErrorCode } from '@ytscriptify/core'
import type { YouTubeClient } from './clients.ts'

/**
 * Whether another client may do better after an error, in order of precedence: when several clients failed, the error
 * that stands highest here is the answer. So what says most wins, and no single client's "unavailable" is proof: YouTube
 * says so to some clients of videos that it plays to others.
 */
const VERDICTS = new Map<ErrorCode, 'next' | 'stop'>([
  ['source_rate_limited', 'stop'],
  ['video_private', 'stop'],
  ['age_restricted', 'stop'],
  ['members_only', 'stop'],
  ['premium_only', 'stop'],
  ['payment_required', 'stop'],
  ['geo_blocked', 'stop'],
  ['account_terminated', 'stop'],
  ['live_upcoming', 'stop'],
  ['live_now', 'stop'],
  // The track is there, this client just does not get it: worth more than a client that lists no such track.
  ['empty_transcript', 'next'],
  ['po_token_required', 'next'],
  ['language_not_found', 'stop'],
  ['transcripts_disabled', 'stop'],
  ['source_blocked', 'next'],
  ['consent_required', 'next'],
  // The same host would be asked again.
  ['source_timeout', 'stop'],
  ['source_unreachable', 'stop'],
  // Of the languages that YouTube translates into, some clients name 17 and others 156.
  ['translation_language_not_found', 'next'],
  ['not_translatable', 'next'],
  ['video_unplayable', 'next'],
  ['video_unavailable', 'next'],
  ['source_request_failed', 'next'],
])

/** Said of the video, and not of who asks for it: the watch page would say it again, in a megabyte. */
const ABOUT_THE_VIDEO: ReadonlySet<ErrorCode> = new Set([
  'video_unplayable',
  'video_unavailable',
  'translation_language_not_found',
  'not_translatable',
])

const PRECEDENCE = [...VERDICTS.keys()]

export interface ChainOptions {
  readonly clients: readonly YouTubeClient[]
  readonly signal: AbortSignal
}

/**
 * @param attempt - Calls `onTrack` once the client has shown the track that is wanted.
 * @throws {TranscriptionError} the most telling of what the clients answered; with several, its cause is an
 *   `AggregateError` of all, and its message lists them where they differ.
 */
export async function askClients<T>(
  attempt: (client: YouTubeClient, onTrack: () => void) => Promise<T>,
  { clients, signal }: ChainOptions,
): Promise<T> {
  const failures: Failure[] = []
  for (const client of clients) {
    signal.throwIfAborted()
    if (client.via === 'watch page' && failures.some(({ error }) => ABOUT_THE_VIDEO.has(error.code))) continue
    let hasTrack = false
    try {
      return await attempt(client, () => (hasTrack = true))
    } catch (error) {
      signal.throwIfAborted()
      const verdict = isTranscriptionError(error) ? VERDICTS.get(error.code) : undefined
      if (!isTranscriptionError(error) || verdict === undefined) throw error
      failures.push({ client, error, hasTrack })
      if (verdict === 'stop') break
    }
  }
  throw summaryOf(failures)
}

interface Failure {
  readonly client: YouTubeClient
  readonly error: TranscriptionError
  /** Whether the client was shown the track and failed at its text. */
  readonly hasTrack: boolean
}

/** A request that failed says little; one for the text of a track that is there says as much as an empty text. */
const rankOf = ({ error, hasTrack }: Failure): number =>
  PRECEDENCE.indexOf(hasTrack && error.code === 'source_request_failed' ? 'empty_transcript' : error.code)

function summaryOf(failures: readonly Failure[]): Error {
  const [winner] = failures.toSorted((a, b) => rankOf(a) - rankOf(b))
  if (!winner) return new Error('No client was asked.')
  if (failures.length === 1) return winner.error
  const { code, message, hint, retryable, retryAt } = winner.error
  const attempts = failures.map(({ client, error }) => `${client.name} ${error.code}`).join(', ')
  const differ = failures.some(({ error }) => error.code !== code)
  return new TranscriptionError(code, differ ? `${message} Asked as: ${attempts}.` : message, {
    hint,
    retryable,
    ...(retryAt && { retryAt }),
    cause: new AggregateError(
      failures.map(({ error }) => error),
      `Every client failed: ${attempts}.`,
    ),
  })
}
