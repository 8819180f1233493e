// What is said of transcripts that the storage itself ends.
import { TranscriptionError, toErrorRecord, type ErrorCode, type ErrorRecord } from '@ytscriptify/core'
import type { TranscriptRow } from './rows.ts'

export function deadlineErrorOf({ job, error }: TranscriptRow): ErrorRecord {
  const { timeoutMs, maxAgeMs } = job.input
  const reason =
    job.usedMs >= timeoutMs
      ? `The job used up its ${timeoutMs / 1_000} s of attempt time`
      : `The job did not end within ${maxAgeMs / 1_000} s`
  return recordOf('deadline_exceeded', reason, error)
}

export const workerLostErrorOf = ({ crashes, error }: TranscriptRow): ErrorRecord =>
  recordOf('worker_lost', `The process that worked on this video died ${crashes} times`, error)

function recordOf(code: ErrorCode, reason: string, last: ErrorRecord | undefined): ErrorRecord {
  const message = last ? `${reason}; the last error of this video was: ${last.message}` : `${reason}.`
  return toErrorRecord(new TranscriptionError(code, message))
}
