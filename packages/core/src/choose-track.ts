// Which caption track of a video is taken: the same for every source. Pure.
import { TranscriptionError } from './errors.ts'
import { canonical, findLanguages } from './language-tags.ts'
import { ANY_LANGUAGE, type TranscriptRequest } from './transcript-request.ts'
import type { Track, TrackKind } from './transcript.ts'

export interface TrackChoice<T extends Track> {
  readonly videoId: string
  /** In the order in which the source lists them. */
  readonly tracks: readonly T[]
  readonly request: TranscriptRequest
  /** Languages that the video may be spoken in, the likeliest first. */
  readonly spoken: readonly string[]
}

/**
 * Takes the first language of the request that the video offers; without languages, or for `*`, the video's own.
 *
 * - Languages are compared without regard to case, and old codes equal new ones (`iw` is `he`).
 * - A language finds its exact track first, then a more special one: `pt` finds `pt-BR`. It never finds a more general
 *   one: who asks for `en-GB` says so.
 * - Within a language, a manual track comes before a generated one, and of several the one that is listed first.
 * - Without languages, and for `*`, the likeliest spoken language that has a track of the wanted kind decides, however its tracks are
 *   written: `en-US` is English too. A manual track of it comes before a generated one.
 *
 * @throws {TranscriptionError} `language_not_found`, naming what is available.
 */
export function chooseTrack<T extends Track>(choice: TrackChoice<T>): T {
  const { tracks, request, spoken } = choice
  const wanted = tracks.filter((track) => request.kind === 'any' || track.kind === request.kind)
  const languages = request.languages.length > 0 ? request.languages : [ANY_LANGUAGE]
  for (const language of languages) {
    const track = language === ANY_LANGUAGE ? spokenTrack(spoken, wanted) : trackIn(language, wanted)
    if (track) return track
  }
  throw notFound(choice)
}

function trackIn<T extends Track>(language: string, tracks: readonly T[]): T | undefined {
  const { exact, special } = findLanguages(language, tracks)
  return firstByKind(exact) ?? firstByKind(special)
}

const firstByKind = <T extends Track>(tracks: readonly T[]): T | undefined =>
  tracks.find((track) => track.kind === 'manual') ?? tracks[0]

/** The best of the likeliest language that has any. */
function spokenTrack<T extends Track>(spoken: readonly string[], tracks: readonly T[]): T | undefined {
  for (const language of spoken) {
    const track = trackSpokenIn(language, tracks)
    if (track) return track
  }
  return undefined
}

/** Here the kind counts before the tag: who asks for nothing wants the best text of what is said, not a spelling. */
function trackSpokenIn<T extends Track>(language: string, tracks: readonly T[]): T | undefined {
  const same = tracks.filter((track) => isSameLanguage(track.language, language))
  const manual = same.filter((track) => track.kind === 'manual')
  const candidates = manual.length > 0 ? manual : same
  return candidates.find((track) => canonical(track.language) === canonical(language)) ?? candidates[0]
}

function isSameLanguage(one: string, other: string): boolean {
  if (baseOf(one) !== baseOf(other)) return false
  const [script, otherScript] = [chineseScriptOf(one), chineseScriptOf(other)]
  return script === undefined || otherScript === undefined || script === otherScript
}

const baseOf = (tag: string): string => canonical(canonical(tag).split('-')[0] ?? tag)

/** Of Chinese the script says which text it is, and often only the region tells the script. A bare `zh` is either. */
function chineseScriptOf(tag: string): 'hans' | 'hant' | undefined {
  const [language, ...rest] = canonical(tag).split('-')
  if (language !== 'zh') return undefined
  if (rest.includes('hans') || rest.includes('hant')) return rest.includes('hans') ? 'hans' : 'hant'
  if (rest.some((part) => ['tw', 'hk', 'mo'].includes(part))) return 'hant'
  return rest.some((part) => ['cn', 'sg', 'my'].includes(part)) ? 'hans' : undefined
}

const KIND_WORDS = { any: '', manual: 'manual ', generated: 'generated ' } as const satisfies Record<
  TranscriptRequest['kind'],
  string
>

function notFound({ videoId, tracks, request }: TrackChoice<Track>): TranscriptionError {
  const asked = request.languages.map((language) => `"${language}"`).join(', ')
  const where = asked === '' ? '' : ` in ${asked}`
  const listed = tracks.slice(0, MOST_LISTED).map((track) => track.language + KIND_MARKS[track.kind])
  if (tracks.length > MOST_LISTED) listed.push(`and ${tracks.length - MOST_LISTED} more`)
  return new TranscriptionError(
    'language_not_found',
    `No ${KIND_WORDS[request.kind]}caption track${where} for ${videoId}; available: ${listed.join(', ')}.`,
  )
}

// For a message. Community translations of some videos go beyond a hundred.
const MOST_LISTED = 60

const KIND_MARKS = { manual: '', generated: ' (generated)' } as const satisfies Record<TrackKind, string>
