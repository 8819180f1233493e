// What is said of transcripts that the storage itself ends.
import { TranscriptionError, toErrorRecord, type ErrorCode, type ErrorRecord } from '@ytscriptify/core'
import { toError, type JobRow, type TranscriptState } from './row-mapping.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export function deadlineErrorOf(
  row: TranscriptState,
  job: JobRow,
  { decode }: SqlDialectTraits['instant'],
): ErrorRecord {
  const timeoutMs = Number(job.timeout_ms)
  const ageMs = decode(job.deadline_at) - decode(job.created_at)
  const reason =
    Number(job.used_ms) >= timeoutMs
      ? `The job used up its ${timeoutMs / 1_000} s of attempt time`
      : `The job did not end within ${ageMs / 1_000} s`
  return recordOf('deadline_exceeded', reason, toError(row))
}

export const workerLostErrorOf = (row: TranscriptState): ErrorRecord =>
  recordOf('worker_lost', `The process that worked on this video died ${row.crashes} times`, toError(row))

function recordOf(code: ErrorCode, reason: string, last: ErrorRecord | undefined): ErrorRecord {
  const message = last ? `${reason}; the last error of this video was: ${last.message}` : `${reason}.`
  return toErrorRecord(new TranscriptionError(code, message))
}
