// Answers that YouTube really gave, where they are at hand: they belong to their owners and are no part of the project.
// The stand-in's tests say the same of our own data, everywhere.
import { isTranscriptionError, type ErrorCode, type FetchedTranscript } from '@ytscriptify/core'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { youtubeSource } from '../src/youtube-source.ts'

const folder = new URL('../../../../shared/youtube/', import.meta.url)
const present = existsSync(fileURLToPath(new URL('cases.json', folder)))

/** What the names of the recordings are called here; several where a finer code exists. */
const CODES: Record<string, readonly ErrorCode[]> = {
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

const recordedCase = z.object({
  id: z.string(),
  videoId: z.string(),
  request: z.object({
    languages: z.array(z.string()),
    kind: z.enum(['manual', 'generated']).optional(),
    translateTo: z.string().optional(),
    preserveFormatting: z.boolean().default(false),
  }),
  http: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      client: z.string().optional(),
      status: z.number(),
      file: z.string().nullable(),
      contentType: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      times: z.number().optional(),
      hang: z.boolean().optional(),
    }),
  ),
  alsoAccept: z.array(z.string()).default([]),
  expect: z.union([
    z.object({ error: z.string() }),
    z.object({
      language: z.string(),
      languageCode: z.string(),
      isGenerated: z.boolean(),
      segments: z.number(),
      digest: z.object({ normalizedTextSha256: z.string(), sumStartMs: z.number(), sumDurationMs: z.number() }),
      first: z.object({ text: z.string(), start: z.number(), duration: z.number() }),
      last: z.object({ text: z.string(), start: z.number(), duration: z.number() }),
    }),
  ]),
  metadata: z.object({ title: z.string(), author: z.string(), lengthSeconds: z.number() }).partial().optional(),
})

type RecordedCase = z.output<typeof recordedCase>

const cases = present
  ? z.array(recordedCase).parse(JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')))
  : []

describe('answers that YouTube really gave', () => {
  it(present ? 'are at hand' : 'are not at hand: there is nothing to compare with', () => {
    expect(cases.length > 0).toBe(present)
  })

  it.each(cases)('gives what is expected of $id', async (recorded) => {
    const hangs = recorded.http.some(({ hang }) => hang)
    const source = youtubeSource({ fetch: recordedFetch(recorded), minGapMs: 0, timeoutMs: hangs ? 200 : 10_000 })
    const signal = new AbortController().signal
    const { languages, kind = 'any' as const, translateTo, preserveFormatting: keepFormatting } = recorded.request
    const request = { languages, kind, keepFormatting, ...(translateTo !== undefined && { translateTo }) }
    const permit = await source.admit(signal)

    const outcome = await source
      .fetch({ videoId: recorded.videoId }, { request, permit, signal })
      .catch((e: unknown) => e)

    if ('error' in recorded.expect) {
      const accepted = [recorded.expect.error, ...recorded.alsoAccept].flatMap((name) => CODES[name] ?? [])
      expect(accepted).toContain(isTranscriptionError(outcome) ? outcome.code : outcome)
    } else {
      expect(summaryOf(outcome as FetchedTranscript)).toEqual(expectedOf(recorded, recorded.expect))
    }
  })
})

function recordedFetch({ http }: RecordedCase): typeof fetch {
  const left = http.map((entry) => ({ ...entry, times: entry.times ?? Infinity }))
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const method = init?.method ?? 'GET'
    const client = typeof init?.body === 'string' ? clientOf(init.body) : undefined
    const entry = left.find(
      (one) =>
        one.times > 0 &&
        one.method === method &&
        one.path === pathname &&
        (one.client === undefined || one.client === client),
    )
    if (!entry) return new Response('', { status: 400 })
    entry.times -= 1
    if (entry.hang) return new Promise<Response>(() => undefined)
    const body = entry.file === null ? '' : readFileSync(new URL(entry.file, folder))
    return new Response(body, {
      status: entry.status,
      headers: { 'content-type': entry.contentType, ...entry.headers },
    })
  }
}

const clientOf = (body: string): string =>
  z.object({ context: z.object({ client: z.object({ clientName: z.string() }) }) }).parse(JSON.parse(body)).context
    .client.clientName

const normalized = (text: string): string => text.replace(/[\s\u200B]+/g, ' ').trim()

function summaryOf({ language, kind, segments, metadata }: FetchedTranscript): object {
  const edge = (row = segments[0]): object => ({
    text: normalized(row?.text ?? ''),
    startMs: row?.startMs,
    durationMs: row?.durationMs,
  })
  const texts = segments.map(({ text }) => normalized(text)).join('\n')
  return {
    language,
    kind,
    trackName: metadata.provenance?.['track'],
    title: metadata.title,
    channel: metadata.channel,
    durationMs: metadata.durationMs,
    segments: segments.length,
    sha256: createHash('sha256').update(texts).digest('hex'),
    sumStartMs: segments.reduce((sum, { startMs }) => sum + startMs, 0),
    sumDurationMs: segments.reduce((sum, { durationMs }) => sum + durationMs, 0),
    first: edge(),
    last: edge(segments.at(-1)),
  }
}

function expectedOf({ metadata }: RecordedCase, result: Exclude<RecordedCase['expect'], { error: string }>): object {
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
