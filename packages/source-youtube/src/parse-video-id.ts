// Finds the video that a URL names, without asking anybody. Strict about hosts, lenient about the rest: what people
// paste carries tracking parameters, missing schemes and the punctuation around it.
import { parseUrl, pastedUrl, segmentsOf } from './pasted-url.ts'

/**
 * The id of the one video that `input` names: a URL of YouTube in any of its forms, or a bare id.
 *
 * Playlists, channels, clips and foreign hosts name no video, even where a part of them looks like an id. Characters
 * that stick to the end of an id in a URL (a bracket of the sentence around it) are ignored.
 *
 * @returns `undefined` when it names none.
 */
export function parseVideoId(input: string): string | undefined {
  const text = input.trim()
  if (isVideoId(text)) return text
  const url = pastedUrl(text)
  return url && idOfUrl(url)
}

/** Whether this is a video id by its form: 11 characters, none of the words that stand in its place in URLs. */
export const isVideoId = (text: string): boolean => /^[\w-]{11}$/.test(text) && !NOT_AN_ID.has(text)

// /embed/videoseries is a playlist and /embed/live_stream the broadcast of a channel: both have the length of an id.
const NOT_AN_ID = new Set(['videoseries', 'live_stream'])

// Longer than any real chain of attribution_link, oembed and consent pages around one URL.
const DEEPEST_NESTING = 3

function idOfUrl(url: URL, depth = 0): string | undefined {
  if (url.username !== '' || url.password !== '' || depth > DEEPEST_NESTING) return undefined
  // vnd.youtube:ID and vnd.youtube://ID, as Android passes videos between apps.
  if (url.protocol === 'vnd.youtube:') return idAtStartOf(url.host || url.pathname)
  const host = url.hostname.replace(/\.$/, '')
  if (host === 'youtu.be' || host === 'www.youtu.be') return idAtStartOf(segmentsOf(url)[0]) ?? idInQuery(url)
  if (host === 'consent.youtube.com') return idOfNested(url, 'continue', depth)
  return VIDEO_HOSTS.test(host) ? idOfYouTubeUrl(url, depth) : undefined
}

const VIDEO_HOSTS =
  /^(?:(?:[a-z\d-]+\.)?youtube(?:-nocookie|kids)?\.com|youtube\.googleapis\.com|(?:i\d?|img)\.ytimg\.com)$/

function idOfYouTubeUrl(url: URL, depth: number): string | undefined {
  const [first = '', second] = segmentsOf(url)
  if (PATHS_BEFORE_ID.has(first) && second !== undefined) return idAtStartOf(second)
  if (PATHS_WITH_QUERY.has(first)) return idInQuery(url)
  if (first === 'attribution_link') return idOfNested(url, 'u', depth)
  if (first === 'oembed') return idOfNested(url, 'url', depth)
  return undefined
}

const PATHS_BEFORE_ID = new Set(['embed', 'v', 'e', 'vi', 'vi_webp', 'an_webp', 'w', 'watch', 'shorts', 'live'])

const PATHS_WITH_QUERY = new Set([
  '',
  'watch',
  'watch.php',
  'watch_popup',
  'movie',
  'ytscreeningroom',
  'vi',
  'embed',
  'v',
])

/** The first `v` counts. In old URLs the query stands behind `#` or `#!`, on the mobile site behind `#/watch?`. */
function idInQuery(url: URL): string | undefined {
  const behindHash = url.hash.replace(/^#!?\/?(?:watch)?\??/, '')
  const id = url.searchParams.get('v') ?? new URLSearchParams(behindHash).get('v')
  return idAtStartOf(id ?? undefined)
}

function idOfNested(url: URL, parameter: string, depth: number): string | undefined {
  const inner = url.searchParams.get(parameter)
  const target = inner === null ? undefined : parseUrl(inner, 'https://www.youtube.com')
  return target && idOfUrl(target, depth + 1)
}

function idAtStartOf(text: string | undefined): string | undefined {
  const id = text?.slice(0, 11)
  return id !== undefined && isVideoId(id) ? id : undefined
}
