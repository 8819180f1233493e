// What storages say of transcripts and jobs that they end by themselves. Here, so that all of them use the same words.
import { TranscriptionError, toErrorRecord, type ErrorRecord } from './errors.ts'

/** Of a video whose job ran out of time. */
export function deadlineErrorOf({ usedMs, timeoutMs, deadlineAt, last }: DeadlineFacts): ErrorRecord {
  const reason =
    usedMs >= timeoutMs
      ? `The job used up its ${timeoutMs / 1_000} s of attempt time`
      : `The job had not ended by ${deadlineAt.toISOString()}`
  return toErrorRecord(new TranscriptionError('deadline_exceeded', withLast(reason, last)))
}

export interface DeadlineFacts {
  /** Attempt time that the job has used, in milliseconds. */
  readonly usedMs: number
  /** Attempt time that it may use, in milliseconds. */
  readonly timeoutMs: number
  /** When it had to end at the latest. */
  readonly deadlineAt: Date
  /** The last error of the video. */
  readonly last: ErrorRecord | undefined
}

/** Of a video whose workers died. */
export function workerLostErrorOf({ crashes, last }: { crashes: number; last: ErrorRecord | undefined }): ErrorRecord {
  const reason = `The process that worked on this video died ${crashes} times`
  return toErrorRecord(new TranscriptionError('worker_lost', withLast(reason, last)))
}

/** Of a job that failed: its first video stands for all. */
export function jobErrorOf<Failure extends Pick<ErrorRecord, 'message'>>(first: Failure, total: number): Failure {
  return total === 1 ? first : { ...first, message: `All ${total} videos failed; the first: ${first.message}` }
}

const withLast = (reason: string, last: ErrorRecord | undefined): string =>
  last ? `${reason}; the last error of this video was: ${last.message}` : `${reason}.`
