// What yt-dlp prints of a video, of which only what a transcript needs is read.
import type { Track, VideoMetadata } from '@ytscriptify/core'
import { z } from 'zod'
import { boundedDescription } from '../description.ts'
import { parseJson } from '../parse-json.ts'

/** A track, and what yt-dlp calls it. */
export interface YtDlpTrack extends Track {
  readonly key: string
}

/** A machine translation of a track, and what yt-dlp calls it. */
export interface YtDlpTranslation {
  readonly key: string
  readonly language: string
  readonly name?: string
}

export interface VideoInfo {
  /** As it was printed, to be handed back. */
  readonly json: Readonly<Record<string, unknown>>
  readonly tracks: readonly YtDlpTrack[]
  /** What YouTube translates a track into. */
  translationsOf(track: YtDlpTrack): readonly YtDlpTranslation[]
  /** Languages that the video may be spoken in, the likeliest first. */
  readonly spoken: readonly string[]
  readonly metadata: VideoMetadata
  readonly liveStatus: string | undefined
  readonly availability: string | undefined
  readonly startsAt: Date | undefined
  /** Of yt-dlp: `2026.08.19`. */
  readonly version: string | undefined
}

/** @returns `undefined` when it printed something else, `null` included. */
export function readVideoInfo(stdout: string): VideoInfo | undefined {
  const json = z.record(z.string(), z.unknown()).safeParse(parseJson(stdout))
  const parsed = videoInfo.safeParse(json.data)
  if (!json.success || !parsed.success) return undefined
  const info = parsed.data
  const manual = tracksOf(info.subtitles ?? {}, 'manual')
  const generated = tracksOf(info.automatic_captions ?? {}, 'generated')
  const listed = [...generated, ...manual].map(({ language }) => language)
  return {
    json: json.data,
    tracks: [...manual, ...generated],
    spoken: [...new Set([...(info.language === undefined ? [] : [info.language]), ...listed])],
    translationsOf: (track) => translationsOf(track, { manual, captions: info.automatic_captions ?? {} }),
    metadata: metadataOf(info),
    liveStatus: info.live_status,
    availability: info.availability,
    startsAt: info.release_timestamp === undefined ? undefined : new Date(info.release_timestamp * 1_000),
    version: info._version?.version,
  }
}

/** The field if it has the form that is known, else nothing. */
const known = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)

// By language: the same text in several formats.
const captions = known(
  z.record(z.string(), z.array(z.object({ ext: known(z.string()), url: known(z.string()), name: known(z.string()) }))),
)

// The limits are far above YouTube's own: they keep nonsense out of stored rows.
const videoInfo = z.object({
  subtitles: captions,
  automatic_captions: captions,
  language: known(z.string().regex(/^[\w-]{1,50}$/)),
  title: known(z.string().min(1).max(1_000)),
  channel: known(z.string().min(1).max(1_000)),
  uploader: known(z.string().min(1).max(1_000)),
  duration: known(z.number().positive().max(10_000_000)),
  description: known(z.string()),
  view_count: known(z.int().nonnegative()),
  live_status: known(z.string()),
  availability: known(z.string()),
  upload_date: known(z.string().regex(/^\d{8}$/)),
  thumbnails: known(
    z.array(
      z.object({
        url: known(z.url({ protocol: /^https?$/ }).max(2_000)),
        width: known(z.int().positive()),
        height: known(z.int().positive()),
      }),
    ),
  ),
  release_timestamp: known(z.number().int().positive().max(100_000_000_000)),
  _version: known(z.object({ version: known(z.string().regex(/^[\w.+-]{1,50}$/)) })),
})

function metadataOf({
  title,
  channel,
  uploader,
  duration,
  upload_date: day,
  ...info
}: z.output<typeof videoInfo>): VideoMetadata {
  const name = channel ?? uploader
  const description = boundedDescription(info.description)
  const live = LIVE_STATES.get(info.live_status ?? '')
  const thumbnails = (info.thumbnails ?? [])
    .flatMap(({ url, width, height }) => (url && width && height ? [{ url, width, height }] : []))
    .toSorted((a, b) => a.width - b.width)
  return {
    ...(title !== undefined && { title }),
    ...(name !== undefined && { channel: name }),
    ...(duration !== undefined && { durationMs: Math.round(duration * 1_000) }),
    ...(description !== undefined && { description }),
    ...(info.view_count !== undefined && { viewCount: info.view_count }),
    ...(day !== undefined && { publishedAt: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` }),
    ...(thumbnails.length > 0 && { thumbnails }),
    ...(live !== undefined && { live }),
  }
}

const LIVE_STATES = new Map<string, NonNullable<VideoMetadata['live']>>([
  ['not_live', 'none'],
  ['is_live', 'live'],
  ['was_live', 'ended'],
  ['post_live', 'ended'],
])

type Captions = NonNullable<z.output<typeof captions>>

function tracksOf(captionsByKey: Captions, kind: Track['kind']): YtDlpTrack[] {
  const tracks = new Map<string, YtDlpTrack>()
  for (const [key, formats] of Object.entries(captionsByKey)) {
    const text = formats.find(({ ext }) => ext === 'json3')
    // Replayed chats are listed among the subtitles, and machine translations among what a machine has heard.
    if (!KEY.test(key) || text?.url === undefined || isTranslation(text.url)) continue
    // `en-orig` is the same text as `en`.
    const language = kind === 'generated' ? key.replace(/-orig$/, '') : key
    const name = text.name?.replace(/ \(Original\)$/, '')
    if (!tracks.has(language)) tracks.set(language, { key, language, kind, ...(name && { name: name.slice(0, 200) }) })
  }
  return [...tracks.values()]
}

/**
 * They are listed among what a machine has heard: those of what was heard as `de`, those of a manual track in English as
 * `de-en`.
 */
function translationsOf(
  track: YtDlpTrack,
  { manual, captions: listed }: { manual: readonly YtDlpTrack[]; captions: Captions },
): YtDlpTranslation[] {
  const suffixes = manual.map(({ key }) => `-${key}`)
  const ours = track.kind === 'manual' ? [`-${track.key}`] : []
  return Object.entries(listed).flatMap(([key, formats]): YtDlpTranslation[] => {
    const text = formats.find(({ ext }) => ext === 'json3')
    if (!KEY.test(key) || text?.url === undefined || !isTranslation(text.url)) return []
    const suffix = (track.kind === 'manual' ? ours : suffixes).find((end) => key.endsWith(end))
    if ((track.kind === 'manual') !== (suffix !== undefined)) return []
    const language = suffix === undefined ? key : key.slice(0, -suffix.length)
    return [{ key, language, ...(text.name !== undefined && { name: text.name.slice(0, 200) }) }]
  })
}

/** What `--sub-langs` takes for itself rather than for a pattern, a list or an exclusion. */
const KEY = /^[a-zA-Z\d][\w-]{0,49}$/

const isTranslation = (url: string): boolean => URL.canParse(url) && new URL(url).searchParams.has('tlang')
