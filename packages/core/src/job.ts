// A job: what a caller submits. Its statuses, and the only ways in which they change.
import type { ErrorRecord } from './errors.ts'
import type { ReusePolicy, TranscriptRequest } from './transcript-request.ts'

/** A job is `failed` only if every video failed, and `completed` if at least one succeeded. */
export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'

export const JOB_STATUSES = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly JobStatus[]

export interface Move<Status> {
  readonly from: readonly Status[]
  readonly to: Status
}

/** The state machine of a job. Storages take the statuses of their conditions from here. */
export const JOB_MOVES = {
  /** The first of its videos was claimed. */
  start: { from: ['pending'], to: 'processing' },
  /** The last of its videos ended, and at least one of all completed. */
  complete: { from: ['pending', 'processing'], to: 'completed' },
  /** The last of its videos ended, and none completed. */
  fail: { from: ['pending', 'processing'], to: 'failed' },
  /** A caller cancelled it. */
  cancel: { from: ['pending', 'processing'], to: 'cancelled' },
} as const satisfies Record<string, Move<JobStatus>>

/** Whether a job has ended. A job that has ended never changes again. */
export const isJobEnded = (status: JobStatus): boolean => status !== 'pending' && status !== 'processing'

/** How many of a job's videos are where. What is in none of the last three is still to be done. */
export interface JobCounts {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly cancelled: number
}

/** How a job ends whose videos have all ended. Only who cancels a job cancels videos of it. */
export function endStatusOf({ completed, cancelled }: JobCounts): 'completed' | 'failed' | 'cancelled' {
  if (cancelled > 0) return 'cancelled'
  return completed > 0 ? 'completed' : 'failed'
}

/** A job as it stood at one moment. Its transcripts are read apart, since they can be large. */
export interface Job {
  /** UUID version 7 (RFC 9562). */
  readonly id: string
  /** Whose it is. Jobs of different owners do not see each other. */
  readonly owner: string
  /** Which source its videos come from, by {@link TranscriptSource.id}. */
  readonly source: string
  readonly status: JobStatus
  /** Grows with every change that a caller can see. */
  readonly version: number
  readonly counts: JobCounts
  /** UTF-8 bytes of the stored texts of its completed videos; a video that occurs twice counts twice. */
  readonly dataBytes: number
  readonly request: TranscriptRequest
  readonly reuse: ReusePolicy
  readonly callbackUrl?: string
  /** The job whose failed and cancelled videos this one tries again. */
  readonly retryOf?: string
  readonly idempotency?: Idempotency
  /** Why it failed, when it failed. */
  readonly error?: Pick<ErrorRecord, 'code' | 'message'>
  /** Attempt time used so far, in milliseconds, summed over its videos. */
  readonly usedMs: number
  /** Attempt time that it may use, in milliseconds. */
  readonly timeoutMs: number
  /** When what is left of it fails with `deadline_exceeded`. */
  readonly deadlineAt: Date
  readonly createdAt: Date
  readonly updatedAt: Date
  /** When it reached its last status. */
  readonly endedAt?: Date
}

/** Makes a repeated submission harmless: the same key and hash give the job that the first one made. */
export interface Idempotency {
  readonly key: string
  /** Fingerprint of the request that the key was first used for. */
  readonly hash: string
}
