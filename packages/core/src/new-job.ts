// A job as it is handed to a storage.
import type { Idempotency } from './job.ts'
import type { ReusePolicy, TranscriptRequest } from './transcript-request.ts'

export interface NewJob {
  readonly id: string
  readonly owner: string
  readonly source: string
  readonly request: TranscriptRequest
  readonly reuse: ReusePolicy
  readonly callbackUrl?: string
  readonly retryOf?: string
  readonly idempotency?: Idempotency
  /** Attempt time that the job may use, in milliseconds. */
  readonly timeoutMs: number
  /** The job's deadline, in milliseconds from its insertion. */
  readonly maxAgeMs: number
  /** By position, from 0, without a gap. */
  readonly transcripts: readonly NewTranscript[]
}

export interface NewTranscript {
  readonly url: string
  readonly videoId: string
  /** What the text is found again by; see {@link requestKeyOf}. */
  readonly requestKey: string
  /** The gate that it goes through. */
  readonly gateKey: string
  /** Position of the first entry of the job with the same video. */
  readonly duplicateOf?: number
}
