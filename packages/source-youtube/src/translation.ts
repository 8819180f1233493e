// Whether YouTube translates a track into a language, and what it calls that. Pure.
import { TranscriptionError, findLanguages, isOfLanguage } from '@ytscriptify/core'
import type { OfferedTrack, OfferedTranslation } from './player-answer.ts'

export interface TranslationChoice<T extends OfferedTranslation> {
  readonly videoId: string
  readonly track: Pick<OfferedTrack, 'language' | 'translatable'>
  /** The language that is wanted. */
  readonly to: string
  readonly offered: readonly T[]
}

/**
 * Checked against what YouTube offers, since it answers a language that it does not translate into with the original.
 *
 * @returns `undefined` when the track is in that language already: YouTube damages a text that it translates into its own.
 * @throws {TranscriptionError} `not_translatable`, `translation_language_not_found`
 */
export function chooseTranslation<T extends OfferedTranslation>(choice: TranslationChoice<T>): T | undefined {
  const { videoId, track, to, offered } = choice
  if (isOfLanguage(track.language, to)) return undefined
  if (!track.translatable || offered.length === 0) {
    const message = `YouTube does not translate the captions of ${videoId} in "${track.language}".`
    throw new TranscriptionError('not_translatable', message)
  }
  const { exact, special } = findLanguages(to, offered)
  const found = exact[0] ?? special[0]
  if (found) return found
  const languages = offered.slice(0, MOST_LISTED).map(({ language }) => language)
  if (offered.length > MOST_LISTED) languages.push(`and ${offered.length - MOST_LISTED} more`)
  const message = `YouTube does not translate the captions of ${videoId} into "${to}"; available: ${languages.join(', ')}.`
  throw new TranscriptionError('translation_language_not_found', message)
}

// All that YouTube names, in a line that can still be read.
const MOST_LISTED = 200
