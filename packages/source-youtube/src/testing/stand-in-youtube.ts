// A YouTube of our own, on loopback: it answers the player call, the watch page, caption texts and the pages of lists with
// texts in the public domain, and does wrong what it is told to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { parseJson } from '../parse-json.ts'
import { callOf, json, rightAnswer, wrongAnswer, type Answer, type Call } from './answers.ts'
import { STAND_IN_CHANNELS, STAND_IN_PLAYLISTS, type StandInChannel, type StandInPlaylist } from './lists.ts'
import { createTemper, misbehaviour, type Misbehaviour } from './misbehaviour.ts'
import { STAND_IN_VIDEOS, bulkVideo, type StandInVideo } from './videos.ts'

export interface StandInOptions {
  /** @default a free one */
  readonly port?: number
  /** How long every answer takes at least, in milliseconds. @default 0 */
  readonly latencyMs?: number
}

/** One request that the stand-in got, in the order of their arrival. */
export interface StandInRequest {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly method: string
  readonly path: string
  readonly videoId?: string
  /** Who asked, by the InnerTube name. */
  readonly client?: string
  /** Language of the captions that were asked for. */
  readonly language?: string
  /** Language that they should be translated into. */
  readonly translatedInto?: string
  /** Language that the answer should be written in: `hl` of the player call. */
  readonly hl?: string
  readonly acceptLanguage?: string
  /** The playlist or channel that was asked for, by its id or by a name. */
  readonly list?: string
  /** What was done wrong. */
  readonly misbehaviour?: Misbehaviour['how']
}

export interface StandInYouTube {
  /** Origin to send a source to. */
  readonly url: string
  readonly requests: readonly StandInRequest[]
  /** Does something wrong from now on. @returns a function that ends it. */
  behave(what: Misbehaviour): () => void
  /** Ends everything that was told to {@link behave}. */
  behaveWell(): void
  /** Adds a video, or replaces the one with its id. */
  setVideo(video: StandInVideo): void
  /** Adds a playlist, or replaces the one with its id. */
  setPlaylist(playlist: StandInPlaylist): void
  /** Adds a channel, or replaces the one with its id. */
  setChannel(channel: StandInChannel): void
  /** Stops listening and ends every connection, hanging ones too. Calling it twice is fine. */
  close(): Promise<void>
}

/**
 * Starts a stand-in. Other processes drive it over HTTP: `POST /_stand-in/behave` with a {@link Misbehaviour},
 * `DELETE /_stand-in/behave`, `GET /_stand-in/log`.
 */
export async function startStandInYouTube({ port = 0, latencyMs = 0 }: StandInOptions = {}): Promise<StandInYouTube> {
  const videos = new Map(STAND_IN_VIDEOS.map((video) => [video.id, video]))
  const playlists = new Map(STAND_IN_PLAYLISTS.map((playlist) => [playlist.id, playlist]))
  const channels = new Map(STAND_IN_CHANNELS.map((channel) => [channel.id, channel]))
  const temper = createTemper()
  const requests: StandInRequest[] = []

  const findVideo = (id: string | undefined): StandInVideo | undefined =>
    id === undefined ? undefined : (videos.get(id) ?? bulkVideo(id))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const body = await textOf(request)
    if (url.pathname.startsWith('/_stand-in/')) return control(request, url, body, response)
    const call = callOf({ method: request.method ?? '', url, body })
    const wrong = temper.take(call)
    requests.push(logEntry(request, url, call, wrong))
    if (latencyMs > 0) await delay(latencyMs)
    const right = rightAnswer(call, url, { findVideo, playlists, channels }, wrong?.how)
    send(response, wrong ? wrongAnswer(wrong, right) : right)
  }

  function control(request: IncomingMessage, url: URL, body: string, response: ServerResponse): void {
    const task = `${request.method ?? ''} ${url.pathname.slice('/_stand-in/'.length)}`
    if (task === 'GET log') return send(response, json({ requests }))
    if (task === 'DELETE behave') {
      temper.clear()
      return send(response, { status: 204 })
    }
    if (task !== 'POST behave') return send(response, { status: 404 })
    const told = misbehaviour.safeParse(parseJson(body))
    if (!told.success) return send(response, { ...json({ error: z.prettifyError(told.error) }), status: 400 })
    temper.add(told.data)
    return send(response, { status: 204 })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that went away cannot be answered; anything else is a fault of the stand-in, and says so.
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port

  let closing: Promise<void> | undefined
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  return {
    url: `http://127.0.0.1:${boundPort}`,
    requests,
    behave: (what) => temper.add(misbehaviour.parse(what)),
    behaveWell: () => temper.clear(),
    setVideo: (video) => void videos.set(video.id, video),
    setPlaylist: (playlist) => void playlists.set(playlist.id, playlist),
    setChannel: (channel) => void channels.set(channel.id, channel),
    close: () => (closing ??= close()),
  }
}

function logEntry(request: IncomingMessage, url: URL, call: Call, wrong: Misbehaviour | undefined): StandInRequest {
  const { videoId, client, language, to, hl, page, name } = call
  const list = page?.listId ?? name
  const acceptLanguage = request.headers['accept-language']
  return {
    time: Date.now(),
    method: request.method ?? '',
    path: url.pathname,
    ...(videoId !== undefined && { videoId }),
    ...(client !== undefined && { client }),
    ...(language !== undefined && { language }),
    ...(to !== undefined && { translatedInto: to }),
    ...(hl !== undefined && { hl }),
    ...(acceptLanguage !== undefined && { acceptLanguage }),
    ...(list !== undefined && { list }),
    ...(wrong && { misbehaviour: wrong.how }),
  }
}

function send(response: ServerResponse, answer: Answer | 'hang' | 'reset'): void {
  if (answer === 'hang') return
  if (answer === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  response.writeHead(answer.status, answer.headers).end(answer.body)
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) text += String(chunk)
  return text
}
