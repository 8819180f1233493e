// What stands between this machine and the captions of YouTube: each way to it, and on each way every client once. It goes
// through the same limits as a video and changes none of them.
import {
  chooseTrack,
  isTranscriptionError,
  toErrorRecord,
  type ClientAnswer,
  type ClientDiagnosis,
  type DiagnoseSourceOptions,
  type ErrorCode,
  type Reach,
  type SourceDiagnosis,
  type WayDiagnosis,
} from '@ytscriptify/core'
import { clientStateOf } from './client-state.ts'
import type { YouTubeClient } from './clients.ts'
import { captionAddress, downloadTrack } from './download.ts'
import type { EgressPool, Way } from './egress-pool.ts'
import { KNOWN_VIDEO } from './known-video.ts'
import type { PlayerAnswer } from './player-answer.ts'
import { causeOf, stepOf } from './reach-step.ts'
import type { YouTubeSourceSettings } from './source-options.ts'
import { YOUTUBE_ORIGIN, createTransport, type Send, type Transport } from './transport.ts'

export interface DiagnosisParts {
  readonly source: string
  readonly settings: YouTubeSourceSettings
  readonly pool: EgressPool
  /** What one client says of a video that has captions. */
  readonly resolve: (videoId: string, asking: Asking) => Promise<PlayerAnswer>
}

export interface Asking {
  readonly client: YouTubeClient
  readonly transport: Transport
  readonly signal: AbortSignal
}

/** After these no more is asked on the same way: they say to stay away, or the same host would be asked in vain. */
const ENOUGH: ReadonlySet<ErrorCode> = new Set(['source_rate_limited', 'source_timeout', 'source_unreachable'])

export function createDiagnosis({ source, settings, pool, resolve }: DiagnosisParts) {
  const { clients, clock, baseUrl } = settings
  const target = (baseUrl ?? new URL(YOUTUBE_ORIGIN)).host

  async function onWay(way: Way, videoId: string, { force, signal }: DiagnoseSourceOptions): Promise<WayDiagnosis> {
    const { label: proxy } = way.egress
    const named = { target, ...(proxy !== undefined && { proxy }) }
    const waitMs = way.breakers.videos.waitMs()
    if (waitMs > 0 && !force) {
      return { ...named, reach: { state: 'paused', until: new Date(clock.now() + waitMs) }, clients: [] }
    }
    const place = await pool.admitTo(way, signal)
    const connection = way.egress.connect()
    try {
      const { send, status } = watched(connection.send)
      const transport = createTransport({ ...settings, send, proxy })
      const reach = await reachOf(transport, { status, proxy, signal })
      if (reach.state !== 'reached') return { ...named, reach, clients: [] }
      return { ...named, reach, clients: await askEach({ videoId, transport, status, signal }) }
    } finally {
      await connection.close()
      place.release()
    }
  }

  /** Something small, which says whether anybody is there. */
  async function reachOf(
    transport: Transport,
    { status, proxy, signal }: { status: LastStatus; proxy: string | undefined; signal: AbortSignal },
  ): Promise<Reach> {
    const startedAt = clock.monotonic()
    const timed = () => ({ ms: clock.monotonic() - startedAt, ...status() })
    try {
      await transport({ subject: 'a test request', url: new URL('/generate_204', YOUTUBE_ORIGIN), signal })
      return { state: 'reached', ...timed() }
    } catch (error) {
      signal.throwIfAborted()
      const record = toErrorRecord(error)
      if (record.code === 'source_rate_limited') return { state: 'refused', ...timed(), error: record }
      // Whatever else it has answered, it has answered: a mirror need not know this path.
      if (status().httpStatus !== undefined) return { state: 'reached', ...timed() }
      const cause = causeOf(error)
      const { ms } = timed()
      return { state: 'unreachable', ms, at: stepOf(error, { proxy }), ...(cause && { cause }), error: record }
    }
  }

  async function askEach({ videoId, transport, status, signal }: Questions): Promise<ClientDiagnosis[]> {
    const answers: ClientDiagnosis[] = []
    let isEnough = false
    for (const client of clients) {
      const hasText = answers.some(({ state }) => state === 'gives')
      const answer: ClientAnswer = isEnough
        ? STOPPED
        : client.via === 'watch page' && hasText
          ? NOT_NEEDED
          : await askOne({ videoId, client, transport, status, signal, hasText })
      answers.push({ name: client.name, version: client.version, ...answer })
      isEnough ||= 'error' in answer && ENOUGH.has(answer.error.code)
    }
    return answers
  }

  async function askOne(question: Questions & Pick<Asking, 'client'> & { hasText: boolean }): Promise<ClientAnswer> {
    const { videoId, client, transport, status, signal, hasText } = question
    const startedAt = clock.monotonic()
    const elapsed = (): number => clock.monotonic() - startedAt
    try {
      const { tracks, spoken } = await resolve(videoId, { client, transport, signal })
      const track = chooseTrack({ videoId, request: { languages: [], kind: 'any' }, tracks, spoken })
      const download = { videoId, track, client }
      if (hasText) {
        // It says by itself whether a text would come.
        captionAddress(download)
        return { state: 'shows', ms: elapsed() }
      }
      const { segments } = await downloadTrack({ ...download, transport, signal })
      return { state: 'gives', ms: elapsed(), language: track.language, segments: segments.length }
    } catch (error) {
      signal.throwIfAborted()
      const record = toErrorRecord(error)
      return {
        state: clientStateOf(record.code),
        ms: elapsed(),
        ...(isTranscriptionError(error) && status()),
        error: record,
      }
    }
  }

  return async ({ videoId = KNOWN_VIDEO, ...options }: DiagnoseSourceOptions): Promise<readonly SourceDiagnosis[]> => [
    { source, videoId, ways: await Promise.all(pool.ways.map((way) => onWay(way, videoId, options))) },
  ]
}

interface Questions {
  readonly videoId: string
  readonly transport: Transport
  readonly status: LastStatus
  readonly signal: AbortSignal
}

const STOPPED = { state: 'skipped', why: 'stopped' } as const
const NOT_NEEDED = { state: 'skipped', why: 'not_needed' } as const

/** The status of the answer to the last request; nothing where none came. */
type LastStatus = () => { readonly httpStatus?: number }

/** Sends as before, and remembers the status of the last answer. */
function watched(send: Send): { readonly send: Send; readonly status: LastStatus } {
  let last: number | undefined
  return {
    async send(url, init) {
      last = undefined
      const answer = await send(url, init)
      last = answer.status
      return answer
    },
    status: () => (last === undefined ? {} : { httpStatus: last }),
  }
}
