// What the name of a subtitle file says.
import type { TrackKind } from '@ytscriptify/core'

export type SubtitleFormat = 'json3' | 'vtt' | 'srt'

/** What says most first: of one track in several formats, the first is read. */
export const SUBTITLE_FORMATS: readonly SubtitleFormat[] = ['json3', 'vtt', 'srt']

/** A subtitle file by its name. */
export interface SubtitleName {
  /** The whole name. */
  readonly name: string
  /** What its video may be called: the part before the language, and what stands in brackets at the end of that. */
  readonly ids: readonly string[]
  /** What stands before the brackets. */
  readonly title: string | undefined
  readonly format: SubtitleFormat
  readonly language: string | undefined
  readonly kind: TrackKind | undefined
  /** Whether it is in the language of the video, by a mark of yt-dlp: `en-orig`. */
  readonly isOriginal: boolean
}

/** One track of a video. */
export interface SubtitleFile extends Omit<SubtitleName, 'ids' | 'language' | 'kind'> {
  readonly path: string
  readonly language: string
  readonly kind: TrackKind
}

/**
 * `episode-12.en.srt`, `Episode 12 [dQw4w9WgXcQ].en.generated.vtt`
 *
 * @returns `undefined` for what is no subtitle file.
 */
export function parseSubtitleName(name: string): SubtitleName | undefined {
  const match = FILE_NAME.exec(name)
  const groups = match?.groups
  const format = SUBTITLE_FORMATS.find((known) => known === groups?.['format']?.toLowerCase())
  const stem = groups?.['stem']
  if (!format || stem === undefined) return undefined
  const [, language, original] = /^(.+?)(-orig)?$/.exec(groups?.['language'] ?? '') ?? []
  const [, title, bracketed] = /^(.*?)\s*\[([^[\]]+)\]$/.exec(stem) ?? []
  const isOriginal = original !== undefined
  return {
    name,
    ids: bracketed === undefined ? [stem] : [stem, bracketed],
    title: title === '' ? undefined : title,
    format,
    language,
    kind: kindOf(groups?.['kind']) ?? (isOriginal ? 'generated' : undefined),
    isOriginal,
  }
}

// Language tags are two or three letters, then subtags: "talk.2.srt" and "talk.final.srt" have none.
const FILE_NAME =
  /^(?<stem>.+?)(?:\.(?<language>[a-z]{2,3}(?:-[a-z\d]{1,8})*))?(?:\.(?<kind>manual|generated))?\.(?<format>srt|vtt|json3)$/i

function kindOf(text: string | undefined): TrackKind | undefined {
  const kind = text?.toLowerCase()
  return kind === 'manual' || kind === 'generated' ? kind : undefined
}
