// What YouTube's browse call says of a playlist or a channel, in YouTube's form and words.
import { uploadsOf, type StandInChannel, type StandInPlaylist, type StandInTab } from './lists.ts'

/** A page of a list: the token of a continuation carries it. */
export interface PagePlace {
  /** Of a playlist or a channel. */
  readonly listId: string
  readonly tab?: StandInTab | undefined
  /** The first of its videos. */
  readonly from: number
}

export interface PageOptions {
  /** The first page, with all around it, or one that is added to the bottom. */
  readonly isFirst: boolean
  readonly from: number
  readonly titleOf: (videoId: string) => string
}

const runs = (text: string): object => ({ runs: [{ text }] })

/** The answer for a list that is not there, or that nobody may see. */
export const alertJson = (text: string): object => ({
  responseContext: {},
  alerts: [{ alertRenderer: { type: 'ERROR', text: runs(text) } }],
})

export function playlistJson(list: StandInPlaylist, { isFirst, from, titleOf }: PageOptions): object {
  const { id, title, videos, pageSize = 100, state } = list
  if (state === 'private') return alertJson('This playlist is private.')
  const draw = state === 'lockups' ? lockup : playlistRow
  const rows = videos.slice(from, from + pageSize).map((videoId) => draw(videoId, titleOf(videoId)))
  const next = nextInPlaylist(list, { from, end: from + pageSize })
  const items = next === undefined ? rows : [...rows, continuationByExecutor({ listId: id, from: next })]
  if (!isFirst) return items.length === 0 ? { responseContext: {} } : appended(items)
  const contents = state === 'lockups' ? items : [{ playlistVideoListRenderer: { playlistId: id, contents: items } }]
  return {
    responseContext: {},
    contents: tabs([{ selected: true, content: sections([{ itemSectionRenderer: { contents } }]) }]),
    metadata: { playlistMetadataRenderer: { title } },
  }
}

/** Where the next page begins, if one is named. */
function nextInPlaylist(
  { videos, state }: StandInPlaylist,
  { from, end }: { readonly from: number; readonly end: number },
): number | undefined {
  if (end < videos.length) return end
  if (state === 'circles') return 0
  return state === 'empty end' && from < videos.length ? videos.length : undefined
}

const TAB_NAMES = { videos: 'Videos', shorts: 'Shorts', streams: 'Live' } as const satisfies Record<StandInTab, string>

const TAB_ORDER: readonly StandInTab[] = ['videos', 'shorts', 'streams']

/** What `params` says of the tab, so that the tab is found again. */
export const tabOfParams = (params: string | undefined): StandInTab | undefined =>
  TAB_ORDER.find((tab) => params === paramsOf(tab))

const paramsOf = (tab: StandInTab): string => `stand-in-${tab}`

/** @param options.tab - None is the page that a visitor sees first. */
export function channelJson(
  channel: StandInChannel,
  { tab, isFirst, from, titleOf }: PageOptions & { readonly tab: StandInTab | undefined },
): object {
  const { id, title, uploads, pageSize = 30, names } = channel
  const ofTab = uploads.filter((upload) => upload.tab === tab).map((upload) => upload.id)
  const draw = tab === 'shorts' ? shortsLockup : lockup
  const items: object[] = ofTab
    .slice(from, from + pageSize)
    .map((videoId) => ({ richItemRenderer: { content: draw(videoId, titleOf(videoId)) } }))
  if (from + pageSize < ofTab.length) items.push(continuation({ listId: id, tab, from: from + pageSize }))
  if (!isFirst) return appended(items)
  const path = `/${names[0] ?? `channel/${id}`}`
  const shown = TAB_ORDER.filter((one) => uploads.some((upload) => upload.tab === one))
  const home = { ...tabLink(`${path}/featured`, id), title: 'Home', selected: tab === undefined, content: sections([]) }
  const others = shown.map((one) => ({
    ...tabLink(`${path}/${one}`, id, paramsOf(one)),
    title: TAB_NAMES[one],
    selected: one === tab,
    ...(one === tab && { content: { richGridRenderer: { contents: items } } }),
  }))
  return {
    responseContext: {},
    contents: tabs([home, ...others]),
    metadata: { channelMetadataRenderer: { title, externalId: id, avatar: { thumbnails: [] } } },
  }
}

/** The answer to a resolved URL. */
export const resolvedJson = ({ id }: StandInChannel): object => ({
  responseContext: {},
  endpoint: { ...commandTo(`/channel/${id}`), browseEndpoint: { browseId: id } },
})

/** Playlists by their ids, and those of all uploads. */
export const findPlaylist = (
  id: string,
  { playlists, channels }: { playlists: Iterable<StandInPlaylist>; channels: Iterable<StandInChannel> },
): StandInPlaylist | undefined => [...playlists, ...[...channels].map(uploadsOf)].find((playlist) => playlist.id === id)

const commandTo = (url: string): object => ({
  commandMetadata: { webCommandMetadata: { url, webPageType: 'WEB_PAGE_TYPE_CHANNEL', apiUrl: '/youtubei/v1/browse' } },
})

const tabLink = (url: string, browseId: string, params?: string): object => ({
  endpoint: { ...commandTo(url), browseEndpoint: { browseId, ...(params !== undefined && { params }) } },
})

const tabs = (each: readonly object[]): object => ({
  twoColumnBrowseResultsRenderer: { tabs: each.map((tabRenderer) => ({ tabRenderer })) },
})

const sections = (contents: readonly object[]): object => ({ sectionListRenderer: { contents } })

const appended = (continuationItems: readonly object[]): object => ({
  responseContext: {},
  onResponseReceivedActions: [{ appendContinuationItemsAction: { continuationItems } }],
})

/** As grids name their next page. */
const continuation = (place: PagePlace): object => ({
  continuationItemRenderer: { trigger: 'CONTINUATION_TRIGGER_ON_ITEM_SHOWN', continuationEndpoint: nextPage(place) },
})

/** As playlists do: the last of several commands. */
const continuationByExecutor = (place: PagePlace): object => ({
  continuationItemRenderer: {
    trigger: 'CONTINUATION_TRIGGER_ON_ITEM_SHOWN',
    continuationEndpoint: { commandExecutorCommand: { commands: [nextPage(place)] } },
  },
})

const nextPage = (place: PagePlace): object => ({
  commandMetadata: { webCommandMetadata: { sendPost: true, apiUrl: '/youtubei/v1/browse' } },
  continuationCommand: { token: tokenOf(place), request: 'CONTINUATION_REQUEST_TYPE_BROWSE' },
})

const tokenOf = (place: PagePlace): string => Buffer.from(JSON.stringify(place)).toString('base64url')

function playlistRow(videoId: string, title: string): object {
  return {
    playlistVideoRenderer: {
      videoId,
      title: { ...runs(title), accessibility: { accessibilityData: { label: title } } },
      index: { simpleText: '1' },
      shortBylineText: runs('Public Domain Speeches'),
      thumbnail: { thumbnails: [] },
      lengthText: { simpleText: '1:40' },
      lengthSeconds: '100',
      navigationEndpoint: { watchEndpoint: { videoId } },
      isPlayable: true,
    },
  }
}

const lockup = (videoId: string, title: string): object => ({
  lockupViewModel: {
    contentId: videoId,
    contentType: 'LOCKUP_CONTENT_TYPE_VIDEO',
    metadata: { lockupMetadataViewModel: { title: { content: title } } },
  },
})

const shortsLockup = (videoId: string, title: string): object => ({
  shortsLockupViewModel: {
    entityId: `shorts-shelf-item-${videoId}`,
    accessibilityText: title,
    thumbnail: { sources: [] },
    onTap: { innertubeCommand: { reelWatchEndpoint: { videoId } } },
    overlayMetadata: { primaryText: { content: title }, secondaryText: { content: '1 view' } },
  },
})
