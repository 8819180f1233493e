// Answers that YouTube really gave, where they are at hand: they belong to their owners and are no part of the project.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../shared/youtube/', import.meta.url)
export const recordingsArePresent = existsSync(fileURLToPath(new URL('cases.json', folder)))

/** What the names of the recordings are called here; several where a finer code exists. */
const CODES: Record<string, readonly string[]> = {
  NoTranscriptFound: ['language_not_found'],
  AgeRestricted: ['age_restricted'],
  PoTokenRequired: ['po_token_required'],
  EmptyTranscript: ['empty_transcript'],
  RequestBlocked: ['source_blocked'],
  IpBlocked: ['source_rate_limited'],
  TranscriptsDisabled: ['transcripts_disabled', 'live_now'],
  VideoUnavailable: ['video_unavailable', 'account_terminated', 'video_private'],
  VideoUnplayable: [
    'video_unplayable',
    'members_only',
    'premium_only',
    'payment_required',
    'geo_blocked',
    'account_terminated',
    'video_private',
    'live_upcoming',
  ],
  YouTubeRequestFailed: ['source_request_failed'],
  NotTranslatable: ['not_translatable'],
  TranslationLanguageNotAvailable: ['translation_language_not_found'],
  FailedToCreateConsentCookie: ['consent_required'],
  Timeout: ['source_timeout'],
}

/** As `cases.json` has it. */
export interface RecordedCase {
  readonly id: string
  readonly videoId: string
  readonly request: {
    readonly languages: readonly string[]
    readonly kind?: 'manual' | 'generated'
    readonly translateTo?: string
    readonly preserveFormatting?: boolean
  }
  readonly http: readonly RecordedExchange[]
  /** Further codes that it may end in. */
  readonly alsoAccept?: readonly string[]
  readonly expect: { readonly error: string } | ExpectedText
  readonly metadata?: { readonly title?: string; readonly author?: string; readonly lengthSeconds?: number }
}

interface RecordedExchange {
  readonly method: string
  readonly path: string
  readonly client?: string
  readonly status: number
  readonly file: string | null
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly times?: number
  readonly hang?: boolean
}

interface ExpectedText {
  readonly language: string
  readonly languageCode: string
  readonly isGenerated: boolean
  readonly segments: number
  readonly digest: {
    readonly normalizedTextSha256: string
    readonly sumStartMs: number
    readonly sumDurationMs: number
  }
  readonly first: ExpectedRow
  readonly last: ExpectedRow
}

/** In seconds. */
interface ExpectedRow {
  readonly text: string
  readonly start: number
  readonly duration: number
}

export const recordedCases: readonly RecordedCase[] = recordingsArePresent
  ? (JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')) as RecordedCase[])
  : []

/** What a case asks for. */
export interface AskedRecording {
  readonly method: string
  readonly path: string
  /** InnerTube's name of the client, of a player call. */
  readonly client: string | undefined
}

/** What is answered, or `hang`: nothing, ever. */
export type RecordedAnswer =
  | 'hang'
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer | string }

/** Answers as the recording did, one time after the other. */
export function replayOf({ http }: RecordedCase): (asked: AskedRecording) => RecordedAnswer {
  const left = http.map((entry) => ({ ...entry, times: entry.times ?? Infinity }))
  return ({ method, path, client }) => {
    const entry = left.find(
      (one) =>
        one.times > 0 &&
        one.method === method &&
        one.path === path &&
        (one.client === undefined || one.client === client),
    )
    if (!entry) return { status: 400, headers: {}, body: '' }
    entry.times -= 1
    if (entry.hang) return 'hang'
    const body = entry.file === null ? '' : readFileSync(new URL(entry.file, folder))
    return { status: entry.status, headers: { 'content-type': entry.contentType, ...entry.headers }, body }
  }
}

/** The client that a player call names. */
export const clientOf = (body: string): string =>
  (JSON.parse(body) as { context: { client: { clientName: string } } }).context.client.clientName

/** Whether the case waits for an answer that never comes. */
export const hangs = ({ http }: RecordedCase): boolean => http.some(({ hang }) => hang)

/** The codes that a case may end in; none where it gives a text. */
export const codesOf = ({ expect, alsoAccept = [] }: RecordedCase): readonly string[] =>
  'error' in expect ? [expect.error, ...alsoAccept].flatMap((name) => CODES[name] ?? []) : []

/** A text that was fetched, whoever tells of it. */
export interface FetchedRecording {
  readonly language: string | null
  readonly kind: string | null
  readonly trackName: string | undefined
  readonly title: string | null | undefined
  readonly channel: string | null | undefined
  readonly durationMs: number | null | undefined
  readonly segments: readonly { readonly text: string; readonly startMs: number; readonly durationMs: number }[]
}

const normalized = (text: string): string => text.replace(/[\s\u200B]+/g, ' ').trim()

/** All that is compared, so that a text which is half right does not pass. */
export function summaryOf(fetched: FetchedRecording): object {
  const { segments, ...facts } = fetched
  const edge = (row = segments[0]): object => ({
    text: normalized(row?.text ?? ''),
    startMs: row?.startMs,
    durationMs: row?.durationMs,
  })
  const texts = segments.map(({ text }) => normalized(text)).join('\n')
  return {
    ...facts,
    segments: segments.length,
    sha256: createHash('sha256').update(texts).digest('hex'),
    sumStartMs: segments.reduce((sum, { startMs }) => sum + startMs, 0),
    sumDurationMs: segments.reduce((sum, { durationMs }) => sum + durationMs, 0),
    first: edge(),
    last: edge(segments.at(-1)),
  }
}

/** The same of what a case expects; `undefined` where it expects an error. */
export function expectedOf({ metadata, expect: result }: RecordedCase): object | undefined {
  if ('error' in result) return undefined
  const edge = ({ text, start, duration }: { text: string; start: number; duration: number }): object => ({
    text: normalized(text),
    startMs: Math.round(start * 1000),
    durationMs: Math.round(duration * 1000),
  })
  return {
    language: result.languageCode,
    kind: result.isGenerated ? 'generated' : 'manual',
    trackName: result.language,
    title: metadata?.title,
    channel: metadata?.author,
    durationMs: metadata?.lengthSeconds && metadata.lengthSeconds * 1000,
    segments: result.segments,
    sha256: result.digest.normalizedTextSha256,
    sumStartMs: result.digest.sumStartMs,
    sumDurationMs: result.digest.sumDurationMs,
    first: edge(result.first),
    last: edge(result.last),
  }
}
