// The pages of a list, one after the other, as youtubei.js reads them.
import { TranscriptionError, isTranscriptionError } from '@ytscriptify/core'
import { z } from 'zod'
import { meaningOfWords } from '../playability.ts'
import type { ListSession } from './list-session.ts'
import type { Library } from './load-library.ts'
import { CHANNEL, type ListTarget, type Tab } from './parse-list-id.ts'

export interface Page {
  /** In their order. What each of them is, only its form tells. */
  readonly videos: Iterable<unknown>
  readonly has_continuation: boolean
  getContinuation(): Promise<Page>
}

export interface PagesOptions {
  readonly library: Library
  readonly session: ListSession
  /** Names the list in messages. */
  readonly subject: string
  /** Made of what YouTube says, where it says something. */
  readonly unavailable: (words?: string) => TranscriptionError
  readonly signal: AbortSignal
}

/**
 * @throws the reason of the signal.
 * @throws {TranscriptionError} `list_unavailable` where YouTube says why there is no such list, and where a channel has no
 *   such tab; `source_request_failed` for a page that youtubei.js cannot read; what the requests throw.
 */
export async function* pagesOf(target: ListTarget, options: PagesOptions): AsyncGenerator<Page> {
  let page: Page | undefined = await read(() => firstPage(target, options), options)
  while (page) {
    yield page
    const before: Page = page
    page = before.has_continuation ? await read(() => pageAfter(before), options) : undefined
  }
}

async function firstPage(target: ListTarget, options: PagesOptions): Promise<Page> {
  const { session, unavailable } = options
  if (target.type === 'playlist') return session.getPlaylist(target.playlistId)
  const { name, tab } = target
  const channelId = CHANNEL.test(name) ? name : await channelCalled(name, options)
  // All uploads of a channel are a playlist, the newest first, whose id is that of the channel with other letters before it:
  // https://developers.google.com/youtube/v3/docs/channels (contentDetails.relatedPlaylists.uploads).
  if (tab === undefined) return session.getPlaylist(`UU${channelId.slice(2)}`)
  const channel = await session.getChannel(channelId)
  if (!channel.hasTabWithURL(tab)) throw unavailable(`The channel has no tab "${tab}"`)
  return READ_TAB[tab](channel)
}

type Channel = Awaited<ReturnType<ListSession['getChannel']>>

/** They begin with the newest. */
const READ_TAB: Readonly<Record<Tab, (channel: Channel) => Promise<Page>>> = {
  videos: (channel) => channel.getVideos(),
  shorts: (channel) => channel.getShorts(),
  streams: (channel) => channel.getLiveStreams(),
}

/** The id of the channel that has a handle or an older name. */
async function channelCalled(name: string, { session, unavailable }: PagesOptions): Promise<string> {
  const endpoint = await session.resolveURL(`https://www.youtube.com/${encodeURI(name)}`)
  const resolved = ofChannel.safeParse(endpoint.payload)
  if (!resolved.success) throw unavailable()
  return resolved.data.browseId
}

const ofChannel = z.object({ browseId: z.string().regex(CHANNEL) })

async function pageAfter(page: Page): Promise<Page | undefined> {
  try {
    return await page.getContinuation()
  } catch (error) {
    // YouTube may name one more page after the last, which comes with nothing in it.
    if (error instanceof Error && error.message.startsWith('Got empty continuation response')) return undefined
    throw error
  }
}

async function read<T>(work: () => Promise<T>, options: PagesOptions): Promise<T> {
  const { library, subject, unavailable, signal } = options
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    if (isTranscriptionError(error)) throw error
    const alert = alertIn(error, library)
    if (alert !== undefined) throw refusalOf(alert) ?? unavailable(alert)
    throw unreadable(subject, error)
  }

  function refusalOf(alert: string): TranscriptionError | undefined {
    const meaning = meaningOfWords(alert.toLowerCase().replaceAll('’', "'"))
    if (meaning !== 'source_blocked' && meaning !== 'source_rate_limited') return undefined
    return new TranscriptionError(meaning, `YouTube refuses ${subject}: "${alert}".`)
  }
}

/** What YouTube says above a page, and youtubei.js throws: for a playlist with the alert beside it, for a channel without. */
function alertIn(error: unknown, { Utils: { ChannelError } }: Library): string | undefined {
  if (error instanceof ChannelError) return error.message
  if (!(error instanceof Error) || !('info' in error)) return undefined
  const { info } = error
  const isAlert = typeof info === 'object' && info !== null && 'alert_type' in info && info.alert_type === 'ERROR'
  return isAlert ? error.message : undefined
}

const unreadable = (subject: string, cause: unknown): TranscriptionError =>
  new TranscriptionError('source_request_failed', `YouTube answered ${subject} with a page that cannot be read.`, {
    hint: 'Try again later. If it stays so, YouTube has changed its pages: install the newest youtubei.js.',
    cause,
  })
