// Finds the list that a URL names, without asking anybody: a playlist, or the videos of a channel.
import { pastedUrl, segmentsOf } from '../pasted-url.ts'

/** The tabs of a channel that list videos. */
export const TABS = ['videos', 'shorts', 'streams'] as const
export type Tab = (typeof TABS)[number]

/** What a list id stands for. */
export type ListTarget =
  | { readonly type: 'playlist'; readonly playlistId: string }
  /** `name` is an id (`UC…`), a handle (`@name`) or an older name (`c/name`, `user/name`). Without a tab: all its uploads. */
  | { readonly type: 'channel'; readonly name: string; readonly tab: Tab | undefined }

/**
 * The id of the list that `input` names: the URL of a playlist or of a channel, a bare id of one, or a handle with its `@`.
 * Of a channel the id ends with the tab, where the URL names one of `/videos`, `/shorts` and `/streams`.
 *
 * What names a video is none, even where a list stands beside it. Nor are mixes, which have no end, and lists that only
 * their owner sees, such as "Watch later".
 *
 * @returns `undefined` when it names none.
 */
export function parseListId(input: string): string | undefined {
  const text = input.trim()
  if (PLAYLIST.test(text) || CHANNEL.test(text) || HANDLE.test(text)) return text
  const url = pastedUrl(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return LIST_HOSTS.test(url.hostname.replace(/\.$/, '')) ? idOfUrl(url) : undefined
}

/** The other way round. @returns `undefined` for what {@link parseListId} gives for nothing. */
export function targetOf(listId: string): ListTarget | undefined {
  if (PLAYLIST.test(listId)) return { type: 'playlist', playlistId: listId }
  const { name, tab } = /^(?<name>.+?)(?:\/(?<tab>videos|shorts|streams))?$/su.exec(listId)?.groups ?? {}
  if (name === undefined || !isChannelName(name)) return undefined
  return { type: 'channel', name, tab: TABS.find((one) => one === tab) }
}

/** Made by people (PL), of uploads (UU) and favourites (FL) of a channel, albums (OL), and what YouTube Music puts together. */
const PLAYLIST = /^(?:PL|UU|FL|OL|RDCLAK5uy_)[\w-]{10,100}$/

export const CHANNEL = /^UC[\w-]{22}$/

/** Letters of any script. https://support.google.com/youtube/answer/11585688 */
const HANDLE = /^@[\p{L}\p{M}\p{N}_.·-]{2,100}$/u

const OLDER_NAME = /^(?:c|user)\/[\p{L}\p{M}\p{N}_.'-]{1,100}$/u

const isChannelName = (name: string): boolean => CHANNEL.test(name) || HANDLE.test(name) || OLDER_NAME.test(name)

const LIST_HOSTS = /^(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com$/

function idOfUrl(url: URL): string | undefined {
  const [first = '', second, ...rest] = segmentsOf(url)
  if (isOfPlaylist(url, [first, second])) return playlistIn(url)
  if (first.startsWith('@')) return rest.length === 0 ? ofChannel(first, second) : undefined
  if (second === undefined || rest.length > 1) return undefined
  // Characters of the sentence around it may stick to the end.
  if (first === 'channel') return ofChannel(second.slice(0, 24), rest[0])
  return first === 'c' || first === 'user' ? ofChannel(`${first}/${second}`, rest[0]) : undefined
}

function isOfPlaylist(url: URL, [first, second]: readonly (string | undefined)[]): boolean {
  if (first === 'playlist' || (first === 'embed' && second === 'videoseries')) return true
  return first === 'watch' && second === undefined && !url.searchParams.has('v')
}

function playlistIn({ searchParams }: URL): string | undefined {
  const list = searchParams.get('list') ?? ''
  return PLAYLIST.test(list) ? list : undefined
}

/** Of other tabs, some list no videos, and of the rest nobody could tell what is meant. */
function ofChannel(name: string, tab = ''): string | undefined {
  if (!isChannelName(name)) return undefined
  if (tab === '' || tab === 'featured') return name
  return TABS.some((one) => one === tab) ? `${name}/${tab}` : undefined
}
