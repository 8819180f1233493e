// A transcript: one video of a job, its state, and when completed its text. It is the unit of work.
import type { ErrorRecord } from './errors.ts'
import type { Move } from './job.ts'

export type TranscriptStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'

/** The state machine of a transcript. Storages take the statuses of their conditions from here. */
export const TRANSCRIPT_MOVES = {
  /** A worker took it: attempt + 1, a lease. */
  claim: { from: ['pending'], to: 'processing' },
  /** The source gave its text. */
  complete: { from: ['processing'], to: 'completed' },
  /** The source gave an answer that no other try will change, or the tries are used up. */
  fail: { from: ['processing'], to: 'failed' },
  /** Later again: a back-off, a closed gate, a worker that drains. */
  postpone: { from: ['processing'], to: 'pending' },
  /** Its lease ran out without a renewal: the worker is dead, paused or cut off. */
  reclaim: { from: ['processing'], to: 'pending' },
  /** Its job ran out of time, or its worker died too often. */
  expire: { from: ['pending', 'processing'], to: 'failed' },
  /** Its job was cancelled: attempt + 1, so that whoever works on it can write no more. */
  cancel: { from: ['pending', 'processing'], to: 'cancelled' },
} as const satisfies Record<string, Move<TranscriptStatus>>

export type TrackKind = 'manual' | 'generated'

/** A piece of text with its time. */
export interface Segment {
  readonly text: string
  /** From the beginning of the video, in whole milliseconds. */
  readonly startMs: number
  /** In whole milliseconds. */
  readonly durationMs: number
}

/** One caption track that a video offers. */
export interface Track {
  /** BCP 47 tag as the source writes it: `en`, `pt-BR`, `zh-Hans`. */
  readonly language: string
  readonly kind: TrackKind
  /** How the source names it to people: `English (auto-generated)`. */
  readonly name?: string
  /** Whether the source translates it; absent where it does not say. */
  readonly translatable?: boolean
  /** Languages that a list of tracks names for its translations, as the source writes them. It may know of more. */
  readonly translatesTo?: readonly string[]
}

/** A picture of a video. */
export interface Thumbnail {
  readonly url: string
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
}

/** Whether a video was broadcast: `none` is an ordinary upload, `ended` what is left of a broadcast. */
export type LiveState = 'none' | 'live' | 'ended'

/** What the source says of the video, and where the text came from. */
export interface VideoMetadata {
  readonly title?: string
  readonly channel?: string
  /** Length of the video, in milliseconds. */
  readonly durationMs?: number
  /** As long as the source gives it: of YouTube, 5,000 characters at most. */
  readonly description?: string
  /** When the source was asked. */
  readonly viewCount?: number
  /** As the source gives it, by ISO 8601: a day (`2026-01-31`) or a moment. Not every answer of a source has it. */
  readonly publishedAt?: string
  /** The smallest first. */
  readonly thumbnails?: readonly Thumbnail[]
  readonly live?: LiveState
  /** How the text was obtained, for example `{ client: 'ANDROID', track: 'English' }`. */
  readonly provenance?: Readonly<Record<string, string>>
}

/** What a source gives for a video. */
export interface FetchedTranscript {
  /** Language of the text, as the source writes it. */
  readonly language: string
  readonly kind: TrackKind
  /** Language that the text was translated from, where it was. */
  readonly translatedFrom?: string
  /** Never empty: a source without text throws `empty_transcript`. */
  readonly segments: readonly Segment[]
  readonly metadata: VideoMetadata
}

/**
 * A fetched transcript as it is stored: the segments are serialised once, and their text is passed on
 * from there without being parsed again. See {@link encodeSegments}.
 */
export interface TranscriptContent extends Omit<FetchedTranscript, 'segments'> {
  /** `{"format":1,"segments":[{"text":…,"start_ms":…,"duration_ms":…}]}` */
  readonly data: string
}

/** One video of a job as it stood at one moment. */
export interface Transcript {
  readonly id: number
  readonly jobId: string
  /** Its place in the submitted list, from 0. */
  readonly position: number
  /** As the caller wrote it. */
  readonly url: string
  readonly videoId: string
  /** Position of the video that it repeats. It is never claimed, and ends together with that one. */
  readonly duplicateOf?: number
  readonly status: TranscriptStatus
  /** 0 when inserted, + 1 at each claim and at a cancel. Never decreases. */
  readonly attempt: number
  /** Tries that count against the limit of failures. */
  readonly failures: number
  /** Times that its worker died. */
  readonly crashes: number
  /** When it is due, while `pending`. */
  readonly runAt: Date
  /** The last error; of a pending one, why it waits. */
  readonly error?: ErrorRecord
  /** When completed: everything but the text itself. */
  readonly result?: TranscriptResult
  /** The stored text, when it was asked for and the transcript is completed. */
  readonly data?: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface TranscriptResult extends Omit<TranscriptContent, 'data'> {
  /** When the source was asked. Older than the job where a stored transcript was reused. */
  readonly fetchedAt: Date
}
