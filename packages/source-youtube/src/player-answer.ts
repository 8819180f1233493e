// What the player call answers, of which only what a transcript needs is read. YouTube changes the rest at will, so an
// unknown shape of a detail is a detail that is missing, never a failure.
import type { LiveState, Thumbnail, Track } from '@ytscriptify/core'
import { z } from 'zod'
import { boundedDescription } from './description.ts'

/** A track and the address of its text. The address is signed: it stays out of messages and results. */
export interface OfferedTrack extends Track {
  readonly url: string
  readonly translatable: boolean
}

/** A language that YouTube translates captions into, as it writes it. */
export interface OfferedTranslation {
  readonly language: string
  readonly name?: string
}

export interface PlayerAnswer {
  readonly status: string | undefined
  /** YouTube's own words, from the most general to the most exact. */
  readonly reasons: readonly string[]
  /** It shows a captcha instead of the video. */
  readonly captcha: boolean
  readonly scheduledStart: Date | undefined
  readonly details: VideoDetails | undefined
  readonly tracks: readonly OfferedTrack[]
  /** Clients differ much in how many they name. */
  readonly translations: readonly OfferedTranslation[]
  /** Languages that the video may be spoken in, the likeliest first. */
  readonly spoken: readonly string[]
}

export interface VideoDetails {
  readonly videoId: string | undefined
  readonly title: string | undefined
  readonly channel: string | undefined
  readonly durationMs: number | undefined
  readonly description: string | undefined
  readonly viewCount: number | undefined
  /** A day or a moment, by ISO 8601. Only the watch page tells it. */
  readonly publishedAt: string | undefined
  readonly thumbnails: readonly Thumbnail[]
  readonly live: LiveState | undefined
  /** It is being broadcast, or was until a moment ago: captions come later. */
  readonly onAir: boolean
}

/** @returns `undefined` when this is no answer of the player call. */
export function readPlayerAnswer(json: unknown): PlayerAnswer | undefined {
  const parsed = playerAnswer.safeParse(json)
  if (!parsed.success) return undefined
  const { playabilityStatus: playability, videoDetails: details, captions, microformat } = parsed.data
  const list = captions?.playerCaptionsTracklistRenderer
  const tracks = (list?.captionTracks ?? []).map((track) => track && offeredTrack(track))
  return {
    status: playability?.status,
    reasons: reasonsOf(playability),
    captcha: playability?.errorScreen?.playerCaptchaViewModel !== undefined,
    scheduledStart: scheduledStartOf(playability),
    details: details && detailsOf(details, microformat?.playerMicroformatRenderer),
    tracks: tracks.filter((track) => track !== undefined),
    translations: (list?.translationLanguages ?? []).flatMap((one) => (one ? [offeredTranslation(one)] : [])),
    spoken: list ? spokenLanguages(tracks, list) : [],
  }
}

/** The field if it has the form that is known, else nothing. */
const known = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)

const text = known(
  z.union([
    z.object({ simpleText: z.string() }).transform(({ simpleText }) => simpleText),
    z
      .object({ runs: z.array(z.object({ text: z.string() })) })
      .transform(({ runs }) => runs.map((run) => run.text).join('')),
  ]),
)

const playabilityStatus = z.object({
  status: known(z.string()),
  reason: known(z.string()),
  messages: known(z.array(z.string())),
  errorScreen: known(
    z.object({
      playerErrorMessageRenderer: known(z.object({ reason: text, subreason: text })),
      playerCaptchaViewModel: known(z.object({})),
    }),
  ),
  liveStreamability: known(
    z.object({
      liveStreamabilityRenderer: z.object({
        offlineSlate: z.object({
          liveStreamOfflineSlateRenderer: z.object({ scheduledStartTime: z.coerce.number().int().positive() }),
        }),
      }),
    }),
  ),
})

const thumbnail = z.object({
  url: z.url({ protocol: /^https$/ }).max(500),
  width: z.int().positive(),
  height: z.int().positive(),
})

// The limits are far above YouTube's own: they keep nonsense out of stored rows.
const videoDetails = z.object({
  videoId: known(z.string().max(50)),
  title: known(z.string().max(1_000)),
  author: known(z.string().max(1_000)),
  lengthSeconds: known(z.coerce.number().int().positive().max(10_000_000)),
  shortDescription: known(z.string()),
  // Digits in a string.
  viewCount: known(
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ),
  isLive: known(z.boolean()),
  isLiveContent: known(z.boolean()),
  isPostLiveDvr: known(z.boolean()),
  thumbnail: known(z.object({ thumbnails: z.array(known(thumbnail)).max(20) })),
})

const microformat = z.object({
  publishDate: known(z.union([z.iso.date(), z.iso.datetime({ offset: true })])),
})

const languageCode = z.string().regex(/^[\w-]{1,50}$/)

const captionTrack = z.object({
  baseUrl: z.string(),
  languageCode,
  isTranslatable: known(z.boolean()),
  kind: known(z.string()),
  name: text,
})

const translationLanguage = z.object({ languageCode, languageName: text })

const audioTrack = z.object({
  audioTrackId: known(z.string()),
  defaultCaptionTrackIndex: known(z.number()),
})

const trackList = z.object({
  captionTracks: known(z.array(known(captionTrack))),
  translationLanguages: known(z.array(known(translationLanguage)).max(1_000)),
  audioTracks: known(z.array(known(audioTrack))),
  defaultAudioTrackIndex: known(z.number()),
})

const playerAnswer = z.object({
  playabilityStatus: known(playabilityStatus),
  videoDetails: known(videoDetails),
  captions: known(z.object({ playerCaptionsTracklistRenderer: known(trackList) })),
  microformat: known(z.object({ playerMicroformatRenderer: known(microformat) })),
})

function reasonsOf(playability: z.output<typeof playabilityStatus> | undefined): string[] {
  const error = playability?.errorScreen?.playerErrorMessageRenderer
  const reasons = [playability?.reason ?? error?.reason, ...(playability?.messages ?? []), error?.subreason]
  return reasons.filter((reason) => reason !== undefined).map(shorten)
}

/** For messages: one line of a reasonable length. */
const shorten = (reason: string): string =>
  reason
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)

function scheduledStartOf(playability: z.output<typeof playabilityStatus> | undefined): Date | undefined {
  const slate = playability?.liveStreamability?.liveStreamabilityRenderer.offlineSlate.liveStreamOfflineSlateRenderer
  const start = slate && new Date(slate.scheduledStartTime * 1000)
  return start && Number.isFinite(start.getTime()) ? start : undefined
}

const detailsOf = (
  details: z.output<typeof videoDetails>,
  published: z.output<typeof microformat> | undefined,
): VideoDetails => ({
  videoId: details.videoId,
  title: details.title,
  channel: details.author,
  durationMs: details.lengthSeconds && details.lengthSeconds * 1000,
  description: boundedDescription(details.shortDescription),
  viewCount: details.viewCount,
  publishedAt: published?.publishDate,
  thumbnails: (details.thumbnail?.thumbnails ?? []).filter((one) => one !== undefined),
  live: liveStateOf(details),
  onAir: details.isLive === true || details.isPostLiveDvr === true,
})

function liveStateOf({ isLive, isLiveContent, isPostLiveDvr }: z.output<typeof videoDetails>): LiveState | undefined {
  if (isLive === true) return 'live'
  if (isLiveContent === true || isPostLiveDvr === true) return 'ended'
  return isLiveContent === false ? 'none' : undefined
}

const offeredTrack = ({
  baseUrl,
  languageCode: language,
  kind,
  name,
  isTranslatable,
}: z.output<typeof captionTrack>): OfferedTrack => ({
  url: baseUrl,
  language,
  kind: kind === 'asr' ? 'generated' : 'manual',
  translatable: isTranslatable === true,
  ...(name && { name: shorten(name) }),
})

const offeredTranslation = ({
  languageCode: language,
  languageName: name,
}: z.output<typeof translationLanguage>): OfferedTranslation => ({ language, ...(name && { name: shorten(name) }) })

/**
 * YouTube does not say which language a video is spoken in. Best evidence first: the audio track that it marks as the
 * original (dubbed videos name them, as `en-US.4`), what its speech recognition heard, the captions that it shows by
 * default with the default audio, and at last whatever captions there are.
 */
function spokenLanguages(
  tracks: readonly (OfferedTrack | undefined)[],
  { audioTracks = [], defaultAudioTrackIndex = 0 }: z.output<typeof trackList>,
): string[] {
  const original = audioTracks.map((audio) => /^(.+)\.4$/.exec(audio?.audioTrackId ?? '')?.[1])
  const heard = tracks.filter((track) => track?.kind === 'generated').map((track) => track?.language)
  const shown = tracks[audioTracks[defaultAudioTrackIndex]?.defaultCaptionTrackIndex ?? -1]?.language
  const listed = tracks.map((track) => track?.language)
  const evidence = [...original.flatMap(withBase), ...heard, shown, ...listed]
  return [...new Set(evidence.filter((language) => language !== undefined))]
}

/** Audio in `en-US` is spoken English: captions in `en` are its own too. */
const withBase = (language: string | undefined): (string | undefined)[] => [language, language?.split('-')[0]]
