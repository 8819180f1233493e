// What YouTube's player call says of a video, in YouTube's form and words.
import { nameOf, type StandInTrack } from './tracks.ts'
import type { StandInVideo, VideoState } from './videos.ts'

/** How the addresses of caption texts begin: the stand-in gives no text without it, as YouTube gives none unsigned. */
export const SIGNATURE = 'STAND-IN'

const runs = (text: string): object => ({ runs: [{ text }] })

const refusing = (status: string, reason: string, subreason?: string): object => ({
  playabilityStatus: {
    status,
    reason,
    errorScreen: {
      playerErrorMessageRenderer: {
        reason: runs(reason),
        ...(subreason !== undefined && { subreason: runs(subreason) }),
      },
    },
  },
})

/** The answer for an id that YouTube does not know. */
export const unknownVideoJson = (): object => refusing('ERROR', 'This video is unavailable')

/** The answer that wants to see a person. */
export const botCheckJson = (): object =>
  refusing('LOGIN_REQUIRED', 'Sign in to confirm you’re not a bot', 'This helps protect our community. Learn more')

/** @param client - Who asks, by its InnerTube name; the addresses of the texts carry it. */
export function playerJson(video: StandInVideo, client: string): object {
  const details = { videoDetails: videoDetailsOf(video) }
  const refusal = video.state && REFUSALS[video.state]?.(video)
  if (refusal) return { ...refusal, ...details }
  // Only the page of a video says when it was published.
  const microformat = client === 'WEB' && { microformat: { playerMicroformatRenderer: { publishDate: PUBLISHED } } }
  return {
    playabilityStatus: { status: 'OK', playableInEmbed: true },
    ...details,
    ...captionsOf(video, client),
    ...microformat,
  }
}

/** `undefined` for a state that shows in something else than a refusal. */
const REFUSALS = {
  unavailable: unknownVideoJson,
  unplayable: () => refusing('UNPLAYABLE', 'This content must be viewed on another device'),
  private: () => ({
    playabilityStatus: {
      status: 'LOGIN_REQUIRED',
      messages: ['This is a private video. Please sign in to verify that you may see it.'],
    },
  }),
  'age-restricted': () => refusing('LOGIN_REQUIRED', 'This video may be inappropriate for some users.'),
  'members-only': () =>
    refusing(
      'UNPLAYABLE',
      'Join this channel to get access to members-only content like this video, and other exclusive perks.',
    ),
  'premium-only': () => refusing('UNPLAYABLE', 'This video is only available to Music Premium members'),
  'payment-required': () => refusing('UNPLAYABLE', 'This video requires payment to watch.'),
  'geo-blocked': () =>
    refusing('UNPLAYABLE', 'Video unavailable', 'The uploader has not made this video available in your country'),
  terminated: () =>
    refusing(
      'ERROR',
      'Video unavailable',
      'This video is no longer available because the YouTube account associated with this video has been terminated.',
    ),
  upcoming: ({ startsAt = new Date(Date.now() + 3_600_000) }) => ({
    playabilityStatus: {
      status: 'LIVE_STREAM_OFFLINE',
      reason: 'This live event will begin in a while.',
      liveStreamability: {
        liveStreamabilityRenderer: {
          offlineSlate: {
            liveStreamOfflineSlateRenderer: { scheduledStartTime: String(Math.floor(startsAt.getTime() / 1000)) },
          },
        },
      },
    },
  }),
  live: undefined,
  'po-token': undefined,
} satisfies Record<VideoState, ((video: StandInVideo) => object) | undefined>

function videoDetailsOf(video: StandInVideo): object {
  const { id, title, channel, description = '', viewCount, durationMs, tracks, state } = video
  const captionsEnd = Math.max(
    0,
    ...tracks.flatMap(({ segments }) => segments).map((row) => row.startMs + row.durationMs),
  )
  const seconds = Math.ceil((durationMs ?? captionsEnd) / 1000)
  return {
    videoId: id,
    title,
    lengthSeconds: String(seconds),
    author: channel,
    shortDescription: description,
    ...(viewCount !== undefined && { viewCount: String(viewCount) }),
    thumbnail: {
      thumbnails: [
        { url: `https://i.ytimg.com/vi/${id}/default.jpg`, width: 120, height: 90 },
        { url: `https://i.ytimg.com/vi/${id}/hqdefault.jpg`, width: 480, height: 360 },
      ],
    },
    isLive: state === 'live',
    isLiveContent: state === 'live',
    isPrivate: state === 'private',
  }
}

function captionsOf(video: StandInVideo, client: string): object {
  if (video.tracks.length === 0) return {}
  const captionTracks = video.tracks.map((track) => ({
    baseUrl: captionUrlOf(video, track, client),
    name: runs(track.name),
    vssId: `${track.kind === 'generated' ? 'a' : ''}.${track.language}`,
    languageCode: track.language,
    ...(track.kind === 'generated' && { kind: 'asr' }),
    isTranslatable: true,
  }))
  return {
    captions: {
      playerCaptionsTracklistRenderer: {
        captionTracks,
        audioTracks: [{ captionTrackIndices: captionTracks.map((_track, index) => index) }],
        translationLanguages: translationLanguagesOf(client),
        defaultAudioTrackIndex: 0,
      },
    },
  }
}

const PUBLISHED = '2009-02-12'

/** The Android app names few, others many. */
const translationLanguagesOf = (client: string): object[] =>
  [...FEW_LANGUAGES, ...(client === 'ANDROID' ? [] : MORE_LANGUAGES)].map((language) => ({
    languageCode: language,
    languageName: runs(nameOf(language)),
  }))

const FEW_LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'ja', 'pt']
const MORE_LANGUAGES = ['eo', 'is', 'la', 'uk', 'zh-Hans']

/** On YouTube's own host, as YouTube would: a client that is sent to the stand-in must send this to it too. */
function captionUrlOf({ id, state }: StandInVideo, { language, kind }: StandInTrack, client: string): string {
  const url = new URL('https://www.youtube.com/api/timedtext')
  const query = {
    v: id,
    ...(state === 'po-token' && { exp: 'xpe' }),
    expire: '4102444800',
    signature: SIGNATURE,
    c: client,
    ...(kind === 'generated' && { kind: 'asr' }),
    lang: language,
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}
