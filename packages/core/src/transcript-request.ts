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
  error: (issue) =>
    `"${String(issue.input)}" is not a well-formed language tag; write it like "en", "pt-BR" or "zh-Hans"`,
})

export const transcriptRequest = z.strictObject({
  /** In order of preference. @default none: a manual track, else a generated one, in the video's own language */
  languages: z.array(languageTag).max(20, 'Give at most 20 languages').default([]),
  /** `any` prefers a manual track to a generated one within each language. @default 'any' */
  kind: z.enum(['any', 'manual', 'generated']).default('any'),
})

/** What a caller wants of each video of a job. */
export type TranscriptRequest = Readonly<Omit<z.output<typeof transcriptRequest>, 'languages'>> & {
  readonly languages: readonly string[]
}

/**
 * Equal for requests that must give the same text. It is what stored transcripts are found again by,
 * so it may only change together with {@link REQUEST_KEY_VERSION}.
 */
export function requestKeyOf(videoId: string, { languages, kind }: TranscriptRequest): string {
  return JSON.stringify([REQUEST_KEY_VERSION, videoId, languages.map((tag) => tag.toLowerCase()), kind])
}

const REQUEST_KEY_VERSION = 1

/** Whether a stored transcript may stand in for a new fetch. */
export type ReusePolicy =
  /** Ask the source anew. */
  | { readonly scope: 'none' }
  /** `owner`: only transcripts of the same owner; `shared`: of every owner. */
  | { readonly scope: 'owner' | 'shared'; /** How old it may be, in milliseconds. */ readonly maxAgeMs: number }
