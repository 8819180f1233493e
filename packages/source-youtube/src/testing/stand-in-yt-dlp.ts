// A yt-dlp of our own: a program on disk that takes the same arguments, prints what the real one prints of the stand-in's
// videos, and does wrong what it is told to.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { STAND_IN_YT_DLP_PROGRAM } from './stand-in-yt-dlp-program.ts'
import { timedTextBody } from './timed-text-body.ts'
import type { StandInTrack } from './tracks.ts'
import { STAND_IN_VIDEOS, bulkVideo, type StandInVideo, type VideoState } from './videos.ts'

/**
 * - `hang`: never ends, and does not listen to SIGTERM; `hang-with-child`: nor does what it has started
 * - `flood`: prints without an end
 * - `garbage`: prints what is no answer
 * - `usage-error`: does not know an option, as an old version
 * - `bot-check`, `rate-limited`, `offline`: says so of every video
 * - `proxy-refused`: says so of its proxy, with all that it knows of it
 * - `po-token`: leaves captions out of every video, and says so
 * - `rate-limited-text`, `no-text`, `empty-text`, `cut-off-text`: lists the tracks, and then has no good text
 */
export type YtDlpMisbehaviour =
  | 'hang'
  | 'hang-with-child'
  | 'flood'
  | 'garbage'
  | 'usage-error'
  | 'bot-check'
  | 'rate-limited'
  | 'offline'
  | 'proxy-refused'
  | 'po-token'
  | 'rate-limited-text'
  | 'no-text'
  | 'empty-text'
  | 'cut-off-text'

/** One run of it. */
export interface YtDlpCall {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  /** The process that it has started, where it was told to. */
  readonly child?: number
}

export interface StandInYtDlp {
  /** Path of the program. */
  readonly binary: string
  /** Every run so far, in order. */
  calls(): Promise<readonly YtDlpCall[]>
  /** Does something wrong from now on; `undefined` ends it. */
  behave(how: YtDlpMisbehaviour | undefined): void
  /** Removes it. */
  remove(): Promise<void>
}

export interface StandInYtDlpOptions {
  /** Beside the videos of the stand-in. */
  readonly videos?: readonly StandInVideo[]
}

export async function createStandInYtDlp({ videos = [] }: StandInYtDlpOptions = {}): Promise<StandInYtDlp> {
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-stand-in-'))
  const binary = join(folder, 'yt-dlp')
  const behaviour = join(folder, 'behaviour.json')
  const behave = (how: YtDlpMisbehaviour | undefined): void => writeFileSync(behaviour, JSON.stringify({ how }))
  const bulk = Array.from({ length: 50 }, (_, index) => bulkVideo(`bulk${String(index).padStart(7, '0')}`))
  const known = [...STAND_IN_VIDEOS, ...bulk, ...videos].filter((video) => video !== undefined)
  const answers = Object.fromEntries(known.map((video) => [video.id, answerFor(video)]))
  await writeFile(join(folder, 'videos.json'), JSON.stringify({ ...WHATEVER_THE_VIDEO, ...answers }))
  await writeFile(join(folder, 'calls.jsonl'), '')
  behave(undefined)
  await writeFile(binary, STAND_IN_YT_DLP_PROGRAM)
  await chmod(binary, 0o755)
  return {
    binary,
    async calls() {
      const lines = (await readFile(join(folder, 'calls.jsonl'), 'utf8')).split('\n').filter(Boolean)
      return lines.map((line) => JSON.parse(line) as YtDlpCall)
    },
    behave,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

interface StandInAnswer {
  /** What is printed; without it, it fails. */
  readonly info?: object
  readonly stderr: readonly string[]
  /** By kind and key. */
  readonly texts?: Readonly<Record<string, string>>
}

const failing = (line: string): StandInAnswer => ({ stderr: [`ERROR: [youtube] ${line}`] })

/** Instead of the answer for a video. */
const WHATEVER_THE_VIDEO: Readonly<Partial<Record<YtDlpMisbehaviour, StandInAnswer>>> = {
  'bot-check': failing('gettysburg1: Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies'),
  'rate-limited': failing('gettysburg1: Unable to download API page: HTTP Error 429: Too Many Requests'),
  offline: failing("gettysburg1: Unable to download API page: Failed to resolve 'www.youtube.com'"),
}

/** What yt-dlp says of a video that does not play, beside what it knows of it. */
const SAYS: Readonly<Record<Exclude<VideoState, 'live' | 'upcoming' | 'po-token'>, string>> = {
  unavailable: 'Video unavailable',
  unplayable: 'This content must be viewed on another device',
  private: "Private video. Sign in if you've been granted access to this video. Use --cookies-from-browser",
  'age-restricted': 'Sign in to confirm your age. This video may be inappropriate for some users. Use --cookies',
  'members-only': 'Join this channel to get access to members-only content like this video, and other exclusive perks.',
  'premium-only': 'This video is only available to Music Premium members',
  'payment-required': 'This video requires payment to watch',
  'geo-blocked': 'Video unavailable. The uploader has not made this video available in your country',
  terminated: 'Video unavailable. The YouTube account associated with this video has been terminated.',
}

function answerFor(video: StandInVideo): StandInAnswer {
  const { state, startsAt } = video
  if (state === 'upcoming') {
    const at = Math.floor((startsAt?.getTime() ?? Date.now() + 3_600_000) / 1_000)
    return { info: { ...infoOf(video), live_status: 'is_upcoming', release_timestamp: at }, stderr: [] }
  }
  if (state === 'live') return { info: { ...infoOf(video), live_status: 'is_live' }, stderr: [] }
  if (state === 'po-token') return { info: { ...infoOf(video), subtitles: {} }, stderr: [LEFT_OUT] }
  const noise = ['WARNING: [youtube] No supported JavaScript runtime could be found. Some formats may be missing']
  if (state === undefined) return { info: infoOf(video), stderr: noise, texts: textsOf(video) }
  return { info: infoOf(video), stderr: [...noise, `WARNING: [youtube] ${SAYS[state]}`, FORMAT_WARNING] }
}

const LEFT_OUT =
  'WARNING: [youtube] po_token_v1: There are missing subtitles languages because a PO token was not provided. Subtitles for these languages are missing: en.'

const FORMAT_WARNING = 'WARNING: [youtube] Requested format is not available'

function infoOf(video: StandInVideo): Record<string, unknown> {
  const { id, title, channel, description = '', viewCount = null, durationMs, tracks } = video
  const manual = tracks.filter(({ kind }) => kind === 'manual')
  const generated = tracks.filter(({ kind }) => kind === 'generated')
  return {
    id,
    title,
    channel,
    description,
    view_count: viewCount,
    duration: durationMs === undefined ? null : durationMs / 1_000,
    webpage_url: `https://www.youtube.com/watch?v=${id}`,
    extractor: 'youtube',
    live_status: 'not_live',
    availability: 'public',
    language: null,
    upload_date: '18240531',
    // The largest first, as the real one never has them in an order to rely on; and some without a size.
    thumbnails: [
      { url: `https://i.ytimg.com/vi/${id}/maxresdefault.jpg` },
      { url: `https://i.ytimg.com/vi/${id}/hqdefault.jpg`, width: 480, height: 360 },
      { url: `https://i.ytimg.com/vi/${id}/default.jpg`, width: 120, height: 90 },
    ],
    subtitles: {
      ...Object.fromEntries(manual.map((track) => [track.language, formatsOf(id, track)])),
      live_chat: [{ ext: 'json', url: `https://www.youtube.com/watch?v=${id}`, protocol: 'youtube_live_chat_replay' }],
    },
    // As YouTube lists them: the original twice, and its translations beside it; with them those of manual tracks.
    automatic_captions: Object.fromEntries([
      ...generated.flatMap((track) => [
        [`${track.language}-orig`, formatsOf(id, { ...track, name: `${track.name} (Original)` })],
        [track.language, formatsOf(id, track)],
        ['eo', formatsOf(id, { ...track, name: 'Esperanto' }, { tlang: 'eo' })],
      ]),
      ...manual.map((track) => [
        `eo-${track.language}`,
        formatsOf(id, { ...track, name: `Esperanto from ${track.name}` }, { tlang: `eo-${track.language}` }),
      ]),
    ]),
    _type: 'video',
    _version: { version: '2026.08.19' },
  }
}

function formatsOf(id: string, { language, name, kind }: StandInTrack, query: Record<string, string> = {}): object[] {
  return ['json3', 'srv3', 'vtt'].map((ext) => {
    const asr = kind === 'generated' ? { kind: 'asr' } : {}
    const search = new URLSearchParams({ v: id, lang: language, ...asr, ...query, fmt: ext })
    return { ext, url: `https://www.youtube.com/api/timedtext?${search.toString()}`, name }
  })
}

function textsOf({ tracks }: StandInVideo): Record<string, string> {
  const bodyOf = (track: StandInTrack): string => timedTextBody(track, 'json3').body
  const translated = (track: StandInTrack): string =>
    bodyOf({ ...track, segments: track.segments.map((one) => ({ ...one, text: `[eo] ${one.text}` })) })
  return Object.fromEntries(
    tracks.flatMap((track): [string, string][] =>
      track.kind === 'manual'
        ? [
            [`subtitles ${track.language}`, bodyOf(track)],
            [`automatic_captions eo-${track.language}`, translated(track)],
          ]
        : [
            ['automatic_captions eo', translated(track)],
            [`automatic_captions ${track.language}-orig`, bodyOf(track)],
            [`automatic_captions ${track.language}`, bodyOf(track)],
          ],
    ),
  )
}
