// Builders for tests: they name only what matters, and fill in the rest.
import { randomUUID } from 'node:crypto'
import { toErrorRecord, TranscriptionError, type ErrorCode, type ErrorRecord } from '../errors.ts'
import type { ImportedJob, ImportedState } from '../imported-job.ts'
import type { NewJob, NewTranscript } from '../new-job.ts'
import type { ClaimOptions, Worker } from '../storage.ts'
import { encodeSegments } from '../transcript-data.ts'
import { requestKeyOf, type TranscriptRequest } from '../transcript-request.ts'
import type { FetchedTranscript, TranscriptContent } from '../transcript.ts'

/** A request that wants whatever there is. */
export const ANY_REQUEST: TranscriptRequest = { languages: [], kind: 'any' }

export interface JobOverrides extends Partial<Omit<NewJob, 'transcripts'>> {
  /** The gate of all its transcripts. @default the job's source */
  readonly gateKey?: string
}

/**
 * A job of these videos, for {@link TranscriptionStorage.insertJob}. A video that is given again is a duplicate of the first.
 *
 * @param videos - Ids of videos, in the order of the list.
 */
export function jobOf(videos: string | readonly string[], { gateKey, ...overrides }: JobOverrides = {}): NewJob {
  const job = {
    id: randomUUID(),
    owner: 'default',
    source: 'fake',
    request: ANY_REQUEST,
    reuse: { scope: 'none' },
    timeoutMs: 3_600_000,
    maxAgeMs: 7 * 24 * 3_600_000,
    ...overrides,
  } as const
  const ids = typeof videos === 'string' ? [videos] : videos
  const transcripts = ids.map((videoId, position): NewTranscript => {
    const first = ids.indexOf(videoId)
    return {
      url: urlOf(videoId),
      videoId,
      requestKey: requestKeyOf(videoId, job.request),
      gateKey: gateKey ?? job.source,
      ...(first < position && { duplicateOf: first }),
    }
  })
  return { ...job, transcripts }
}

export interface ImportOverrides extends Partial<Omit<ImportedJob, 'transcripts'>> {
  /** By position. @default all pending */
  readonly states?: readonly ImportedState[]
}

/** A job of these videos as it stood elsewhere on the first of March 2024, for {@link TranscriptionStorage.importJobs}. */
export function importedJobOf(
  videos: string | readonly string[],
  { states = [], ...overrides }: ImportOverrides = {},
): ImportedJob {
  const { transcripts, ...job } = jobOf(videos, overrides)
  const moments = { createdAt: new Date('2024-03-01T12:00:00.123Z'), updatedAt: new Date('2024-03-01T12:05:00.456Z') }
  return {
    ...job,
    status: 'pending',
    ...moments,
    ...overrides,
    transcripts: transcripts.map((transcript, position) => ({
      ...transcript,
      ...moments,
      state: states[position] ?? { type: 'pending' },
    })),
  }
}

/** The state of a transcript that brought this text elsewhere, a while before its job ended. */
export const importedText = (text: string, overrides: Partial<FetchedTranscript> = {}): ImportedState => ({
  type: 'completed',
  content: contentOf(text, overrides),
  fetchedAt: new Date('2024-03-01T12:04:00.789Z'),
})

/** A URL that a {@link fakeSource} recognises. */
export const urlOf = (videoId: string): string => `https://example.test/${videoId}`

/** Ids of `count` different videos. */
export const videoIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `video${String(index).padStart(6, '0')}`)

export const workerOf = (id: string, { leaseMs = 60_000 }: { readonly leaseMs?: number } = {}): Worker => ({
  id,
  name: `${id}@test`,
  leaseMs,
})

export interface ClaimOverrides extends Partial<Omit<ClaimOptions, 'worker'>> {
  /** @default 'a' */
  readonly worker?: string
  /** @default 60 s */
  readonly leaseMs?: number
}

/** A claim of everything that is due, by worker `a`. */
export const claimOf = ({ worker = 'a', leaseMs = 60_000, ...overrides }: ClaimOverrides = {}): ClaimOptions => ({
  source: 'fake',
  worker: workerOf(worker, { leaseMs }),
  limit: 100,
  maxCrashes: 3,
  ...overrides,
})

/** What a source gives: one segment with this text. */
export const fetchedOf = (text: string, overrides: Partial<FetchedTranscript> = {}): FetchedTranscript => ({
  language: 'en',
  kind: 'manual',
  segments: [{ text, startMs: 0, durationMs: 1_500 }],
  metadata: {},
  ...overrides,
})

/** A transcript as it is settled: one segment with this text. */
export function contentOf(text: string, overrides: Partial<FetchedTranscript> = {}): TranscriptContent {
  const { segments, ...rest } = fetchedOf(text, overrides)
  return { ...rest, data: encodeSegments(segments) }
}

/** An error as it is settled. */
export const errorOf = (code: ErrorCode, message = `It failed with ${code}.`): ErrorRecord =>
  toErrorRecord(new TranscriptionError(code, message))
