// What the stand-in answers: the right thing, and the wrong thing that it was told to do instead.
import { z } from 'zod'
import { parseJson } from '../parse-json.ts'
import { alertJson, channelJson, findPlaylist, playlistJson, resolvedJson, tabOfParams } from './browse-json.ts'
import type { PagePlace } from './browse-json.ts'
import type { StandInChannel, StandInPlaylist } from './lists.ts'
import type { Misbehaviour, Occasion } from './misbehaviour.ts'
import { SIGNATURE, botCheckJson, playerJson, unknownVideoJson } from './player-json.ts'
import { timedTextBody } from './timed-text-body.ts'
import { translatedTrack } from './tracks.ts'
import type { StandInVideo } from './videos.ts'
import { watchPage } from './watch-page.ts'

export interface Call extends Occasion {
  readonly language?: string | undefined
  /** Language that the captions should be translated into. */
  readonly to?: string
  readonly hl?: string | undefined
  /** Of a call about a list: a page of it, or the name that stands for a channel. */
  readonly page?: PagePlace & { readonly isFirst: boolean }
  readonly name?: string
}

/** What the stand-in knows. */
export interface Catalogue {
  findVideo(id: string | undefined): StandInVideo | undefined
  readonly playlists: ReadonlyMap<string, StandInPlaylist>
  readonly channels: ReadonlyMap<string, StandInChannel>
}

const context = z.object({ client: z.object({ clientName: z.string(), hl: z.string().optional() }) })

const playerBody = z.object({ videoId: z.string(), context })

const browseBody = z.object({
  context,
  browseId: z.string().optional(),
  params: z.string().optional(),
  continuation: z.string().optional(),
})

const resolveBody = z.object({ context, url: z.url() })

/** What a request asks for. */
export function callOf({ method, url, body }: { method: string; url: URL; body: string }): Call {
  const query = url.searchParams
  if (method === 'POST' && url.pathname === '/youtubei/v1/player') {
    const parsed = playerBody.safeParse(parseJson(body))
    if (!parsed.success) return { at: 'player' }
    const { clientName, hl } = parsed.data.context.client
    return { at: 'player', videoId: parsed.data.videoId, client: clientName, hl }
  }
  if (method === 'POST' && url.pathname === '/youtubei/v1/browse') return browseCallOf(body)
  if (method === 'POST' && url.pathname === '/youtubei/v1/navigation/resolve_url') return resolveCallOf(body)
  const videoId = query.get('v') ?? undefined
  if (url.pathname === '/api/timedtext') {
    const [client, language, to] = ['c', 'lang', 'tlang'].map((name) => query.get(name) ?? undefined)
    return { at: 'timedtext', videoId, client, language, translated: to !== undefined, ...(to && { to }) }
  }
  return url.pathname === '/watch' ? { at: 'watch', videoId, client: 'WEB' } : { at: 'other' }
}

function browseCallOf(body: string): Call {
  const parsed = browseBody.safeParse(parseJson(body))
  if (!parsed.success) return { at: 'browse' }
  const { continuation, browseId, params } = parsed.data
  const { clientName, hl } = parsed.data.context.client
  const call = { at: 'browse', client: clientName, hl } as const
  if (continuation !== undefined) return { ...call, page: { ...placeOf(continuation), isFirst: false } }
  if (browseId === undefined) return call
  const tab = tabOfParams(params)
  return { ...call, page: { listId: browseId.replace(/^VL/, ''), tab, from: 0, isFirst: true } }
}

const place = z.object({
  listId: z.string(),
  tab: z.enum(['videos', 'shorts', 'streams']).optional(),
  from: z.number(),
})

const placeOf = (token: string): PagePlace => place.parse(parseJson(Buffer.from(token, 'base64url').toString()))

function resolveCallOf(body: string): Call {
  const parsed = resolveBody.safeParse(parseJson(body))
  if (!parsed.success) return { at: 'browse' }
  const { clientName, hl } = parsed.data.context.client
  const name = decodeURIComponent(new URL(parsed.data.url).pathname.slice(1))
  return { at: 'browse', client: clientName, hl, name }
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const json = (value: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(value),
})

const html = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body })

/** What YouTube would answer. @param how - A misbehaviour, for those that change what is said and not how. */
export function rightAnswer(call: Call, url: URL, catalogue: Catalogue, how?: Misbehaviour['how']): Answer {
  if (call.at === 'browse') return listAnswer(call, catalogue, how)
  const video = catalogue.findVideo(call.videoId)
  if (call.at === 'player') {
    return call.client === undefined ? { status: 400 } : json(playerAnswer(video, call.client, how))
  }
  if (call.at === 'watch') return html(watchPage(playerAnswer(video, 'WEB', how)))
  if (call.at === 'timedtext') return captionAnswer(url, video)
  return { status: url.pathname === '/generate_204' ? 204 : 404 }
}

function playerAnswer(video: StandInVideo | undefined, client: string, how?: Misbehaviour['how']): object {
  if (how === 'bot-check') return botCheckJson()
  if (!video || how === 'unavailable') return unknownVideoJson()
  if (how === 'other-video') return playerJson({ ...video, id: OTHER_VIDEO }, client)
  if (how === 'private' || how === 'po-token') return playerJson({ ...video, state: how }, client)
  return playerJson(how === 'disabled' ? { ...video, tracks: [] } : video, client)
}

/** The video that YouTube really shows to clients which it wants to be rid of. */
const OTHER_VIDEO = 'aQvGIIdgFDM'

function listAnswer({ page, name }: Call, catalogue: Catalogue, how?: Misbehaviour['how']): Answer {
  if (how === 'bot-check') return json(alertJson('Sign in to confirm you’re not a bot'))
  const channels = [...catalogue.channels.values()]
  const named = name === undefined ? undefined : channels.find(({ names }) => names.includes(name))
  if (named) return json(resolvedJson(named))
  if (!page) return { status: 404 }
  const options = { ...page, titleOf: (id: string) => catalogue.findVideo(id)?.title ?? id }
  const channel = catalogue.channels.get(page.listId)
  if (channel) return json(channelJson(channel, { ...options, tab: page.tab }))
  const playlist = findPlaylist(page.listId, { playlists: catalogue.playlists.values(), channels })
  if (playlist) return json(playlistJson(playlist, options))
  return json(alertJson(`The ${page.listId.startsWith('UC') ? 'channel' : 'playlist'} does not exist.`))
}

function captionAnswer({ searchParams: query }: URL, video: StandInVideo | undefined): Answer {
  if (query.get('signature') !== SIGNATURE) return { status: 403 }
  // Without a proof of origin, YouTube's answer is a success of 0 bytes.
  if (query.get('exp') === 'xpe') return html('')
  const kind = query.get('kind') === 'asr' ? 'generated' : 'manual'
  const track = video?.tracks.find((one) => one.language === query.get('lang') && one.kind === kind)
  if (!track) return { status: 404 }
  const to = query.get('tlang')
  const { contentType, body } = timedTextBody(to === null ? track : translatedTrack(track, to), query.get('fmt'))
  return { status: 200, headers: { 'content-type': contentType }, body }
}

/** What happens instead of the right answer, or what is made of it. */
export function wrongAnswer({ how, retryAfter }: Misbehaviour, right: Answer): Answer | 'hang' | 'reset' {
  switch (how) {
    case 'rate-limited':
      return { status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) } }
    case 'captcha':
      return {
        status: 302,
        headers: { location: 'https://www.google.com/sorry/index?continue=https://www.youtube.com/' },
      }
    case 'consent':
      return { status: 302, headers: { location: 'https://consent.youtube.com/m?continue=https://www.youtube.com/' } }
    case 'empty':
      return html('')
    case 'server-error':
      return { status: 503 }
    case 'refused':
      return { status: 403 }
    case 'garbage':
      return html('<!doctype html><title>Oops</title><p>Something went wrong<p>')
    case 'cut-off':
      return { ...right, body: right.body?.slice(0, right.body.length / 2) ?? '' }
    case 'hang':
    case 'reset':
      return how
    case 'bot-check':
    case 'disabled':
    case 'private':
    case 'unavailable':
    case 'other-video':
    case 'po-token':
      return right
  }
}
