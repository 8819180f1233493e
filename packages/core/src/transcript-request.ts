// What a caller wants of each video: languages and kind of track. Parsed once, stored with the job.
import { z } from 'zod'

const isWellFormedLanguage = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** A language tag that is well-formed by BCP 47 (RFC 5646, section 2.2.9): `en`, `pt-BR`, `zh-Hans`. */
export const languageTag = z.string().refine(isWellFormedLanguage, {
  error: (issue) => `${notWellFormed(issue.input)}; write it like "en", "pt-BR" or "zh-Hans"`,
})

const notWellFormed = (tag: unknown): string => `"${String(tag)}" is not a well-formed language tag`

/** In a list of languages: whatever there is, chosen as without a list. It stands last. */
export const ANY_LANGUAGE = '*'

const wantedLanguage = z.string().refine((tag) => tag === ANY_LANGUAGE || isWellFormedLanguage(tag), {
  error: (issue) => `${notWellFormed(issue.input)}; write it like "en" or "pt-BR", or "*" for any`,
})

const isAtEnd = (languages: readonly string[]): boolean =>
  !languages.includes(ANY_LANGUAGE) || languages.indexOf(ANY_LANGUAGE) === languages.length - 1

export const transcriptRequest = z.strictObject({
  /**
   * In order of preference; `*` at the end takes whatever there is.
   * @default none: a manual track, else a generated one, in the video's own language
   */
  languages: z
    .array(wantedLanguage)
    .max(20, 'Give at most 20 languages')
    .refine(isAtEnd, { error: '"*" takes whatever there is, so nothing may come after it' })
    .default([]),
  /** `any` prefers a manual track to a generated one within each language. @default 'any' */
  kind: z.enum(['any', 'manual', 'generated']).default('any'),
  /** Has the source translate what it found. @default no translation */
  translateTo: languageTag.optional(),
  /** Whether the text keeps the tags of its formatting, such as `<i>`. @default false: plain text */
  keepFormatting: z.boolean().optional(),
})

/** What a caller wants of each video of a job. */
export interface TranscriptRequest {
  /** Language tags in order of preference; `*` at the end takes whatever there is. */
  readonly languages: readonly string[]
  readonly kind: 'any' | 'manual' | 'generated'
  /** The language into which the source translates what it found. @default no translation */
  readonly translateTo?: string
  /** Whether the text keeps the tags of its formatting. @default false */
  readonly keepFormatting?: boolean
}

/** The request without what is not given. */
export const requestOf = ({
  languages,
  kind,
  translateTo,
  keepFormatting,
}: z.output<typeof transcriptRequest>): TranscriptRequest => ({
  languages,
  kind,
  ...(translateTo !== undefined && { translateTo }),
  ...(keepFormatting === true && { keepFormatting }),
})

/**
 * Equal for requests that must give the same text. It is what stored transcripts are found again by,
 * so it may only change together with {@link REQUEST_KEY_VERSION}.
 */
export function requestKeyOf(videoId: string, request: TranscriptRequest): string {
  const { languages, kind, translateTo, keepFormatting = false } = request
  const parts = [REQUEST_KEY_VERSION, videoId, languages.map((tag) => tag.toLowerCase()), kind]
  if (translateTo === undefined && !keepFormatting) return JSON.stringify(parts)
  return JSON.stringify([...parts, translateTo?.toLowerCase() ?? null, keepFormatting])
}

const REQUEST_KEY_VERSION = 1

/** Whether a stored transcript may stand in for a new fetch. */
export type ReusePolicy =
  /** Ask the source anew. */
  | { readonly scope: 'none' }
  /** `owner`: only transcripts of the same owner; `shared`: of every owner. */
  | { readonly scope: 'owner' | 'shared'; /** How old it may be, in milliseconds. */ readonly maxAgeMs: number }
