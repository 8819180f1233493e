// Rows to domain objects and back. The only file that converts, and so the only one with an `as`: what it asserts
// was written by this very file, in columns that nobody else writes to.
import type { Insertable, Selectable } from 'kysely'
import {
  STORAGE_RULES,
  isJobEnded,
  receiverOf,
  type ClaimedTranscript,
  type ErrorRecord,
  type Gate,
  type ImportPlan,
  type ImportedState,
  type Job,
  type NewJob,
  type ReusableTranscript,
  type ReusePolicy,
  type Transcript,
  type TranscriptContent,
  type TranscriptRequest,
  type TranscriptResult,
  type VideoMetadata,
} from '@ytscriptify/core'
import type { ClaimedJob, ClaimedRow, JobRow, ShownTranscript, TranscriptRow } from './columns.ts'
import type { GatesTable, Instant } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

type GateRow = Selectable<GatesTable>

/** The rows of a new job, at the moment `now`. */
export function newJobRows(
  { transcripts, callbackUrl, retryOf, idempotency, ...job }: NewJob,
  { now, instant }: { readonly now: number; readonly instant: SqlDialectTraits['instant'] },
) {
  // The end of the job takes its receiver from it: what is no URL must not get that far.
  if (callbackUrl !== undefined) receiverOf(callbackUrl)
  const created_at = instant.encode(now)
  return {
    job: {
      id: job.id,
      owner: job.owner,
      source: job.source,
      status: 'pending' as const,
      version: 1,
      total: transcripts.length,
      created_at,
      updated_at: created_at,
      deadline_at: instant.encode(now + job.maxAgeMs),
      timeout_ms: job.timeoutMs,
      callback_url: callbackUrl ?? null,
      retry_of: retryOf ?? null,
      idempotency_key: idempotency?.key ?? null,
      idempotency_hash: idempotency?.hash ?? null,
      request: JSON.stringify(job.request),
      reuse: JSON.stringify(job.reuse),
    },
    transcripts: transcripts.map((transcript, position) => ({
      job_id: job.id,
      position,
      url: transcript.url,
      video_id: transcript.videoId,
      status: 'pending' as const,
      duplicate_of: transcript.duplicateOf ?? null,
      source: job.source,
      gate_key: transcript.gateKey,
      request_key: transcript.requestKey,
      run_at: created_at,
      rank_at: instant.encode(now + position * STORAGE_RULES.rankStepMs),
      created_at,
      updated_at: created_at,
    })),
  }
}

/** The rows of an imported job, at the moment `now`. */
export function importedJobRows(
  { transcripts, counts, createdAt, updatedAt, endsNow, callbackUrl, error, ...job }: ImportPlan,
  { now, instant }: { readonly now: number; readonly instant: SqlDialectTraits['instant'] },
) {
  const moment = instant.encode(now)
  const updated_at = endsNow ? moment : instant.encode(updatedAt.getTime())
  return {
    job: {
      id: job.id,
      owner: job.owner,
      source: job.source,
      status: job.status,
      version: 1,
      ...counts,
      data_bytes: job.dataBytes,
      created_at: instant.encode(createdAt.getTime()),
      updated_at,
      ended_at: isJobEnded(job.status) ? updated_at : null,
      deadline_at: instant.encode(now + job.maxAgeMs),
      timeout_ms: job.timeoutMs,
      callback_url: callbackUrl ?? null,
      error_code: error?.code ?? null,
      error_message: error?.message ?? null,
      request: JSON.stringify(job.request),
      reuse: JSON.stringify(job.reuse),
    },
    transcripts: transcripts.map(({ state, ...transcript }, position) => {
      const created_at = instant.encode(transcript.createdAt.getTime())
      const isPending = state.type === 'pending'
      return {
        job_id: job.id,
        position,
        url: transcript.url,
        video_id: transcript.videoId,
        status: state.type,
        duplicate_of: transcript.duplicateOf ?? null,
        source: job.source,
        gate_key: transcript.gateKey,
        request_key: transcript.requestKey,
        run_at: isPending ? moment : created_at,
        rank_at: isPending ? instant.encode(now + position * STORAGE_RULES.rankStepMs) : created_at,
        created_at,
        updated_at: instant.encode(transcript.updatedAt.getTime()),
        ...endColumns(state, { isDuplicate: transcript.duplicateOf !== undefined, instant }),
      }
    }),
  }
}

/** A duplicate has no text of its own. */
function endColumns(
  state: ImportedState,
  { isDuplicate, instant }: { readonly isDuplicate: boolean; readonly instant: SqlDialectTraits['instant'] },
) {
  const error = state.type === 'failed' ? errorColumns(state.error) : NO_ERROR
  if (state.type !== 'completed') return { ...error, ...NO_RESULT, data_bytes: null, transcript_data: null }
  const { content, fetchedAt } = state
  return {
    ...error,
    ...resultColumns(content, instant.encode(fetchedAt.getTime())),
    data_bytes: Buffer.byteLength(content.data),
    transcript_data: isDuplicate ? null : content.data,
  }
}

export function toJob(row: JobRow, { instant }: SqlDialectTraits): Job {
  const date = dateOf(instant)
  return {
    id: row.id,
    owner: row.owner,
    source: row.source,
    status: row.status,
    version: row.version,
    counts: { total: row.total, completed: row.completed, failed: row.failed, cancelled: row.cancelled },
    request: JSON.parse(row.request) as TranscriptRequest,
    reuse: JSON.parse(row.reuse) as ReusePolicy,
    ...(row.callback_url !== null && { callbackUrl: row.callback_url }),
    ...(row.retry_of !== null && { retryOf: row.retry_of }),
    ...(row.idempotency_key !== null && {
      idempotency: { key: row.idempotency_key, hash: row.idempotency_hash ?? '' },
    }),
    ...(row.error_code !== null && { error: { code: row.error_code, message: row.error_message ?? '' } }),
    dataBytes: Number(row.data_bytes),
    usedMs: Number(row.used_ms),
    timeoutMs: Number(row.timeout_ms),
    deadlineAt: date(row.deadline_at),
    createdAt: date(row.created_at),
    updatedAt: date(row.updated_at),
    ...(row.ended_at !== null && { endedAt: date(row.ended_at) }),
  }
}

export function toTranscript(
  row: ShownTranscript & { readonly data?: string | null },
  { instant }: SqlDialectTraits,
): Transcript {
  const date = dateOf(instant)
  const error = toError(row)
  const result = toResult(row, instant)
  return {
    id: Number(row.id),
    jobId: row.job_id,
    position: row.position,
    url: row.url,
    videoId: row.video_id,
    ...(row.duplicate_of !== null && { duplicateOf: row.duplicate_of }),
    status: row.status,
    attempt: row.attempt,
    failures: row.failures,
    crashes: row.crashes,
    runAt: date(row.run_at),
    ...(error && { error }),
    ...(result && { result }),
    ...(result && row.data != null && { data: row.data }),
    createdAt: date(row.created_at),
    updatedAt: date(row.updated_at),
  }
}

export function toClaimed(
  row: ClaimedRow,
  {
    job,
    now,
    instant,
  }: { readonly job: ClaimedJob; readonly now: number; readonly instant: SqlDialectTraits['instant'] },
): ClaimedTranscript {
  return {
    lease: { transcriptId: Number(row.id), attempt: row.attempt },
    jobId: row.job_id,
    owner: job.owner,
    position: row.position,
    url: row.url,
    videoId: row.video_id,
    request: JSON.parse(job.request) as TranscriptRequest,
    requestKey: row.request_key,
    reuse: JSON.parse(job.reuse) as ReusePolicy,
    gateKey: row.gate_key,
    failures: row.failures,
    crashes: row.crashes,
    remainingMs: Math.max(0, instant.decode(job.deadline_at) - now),
  }
}

type ErrorColumns = Pick<TranscriptRow, 'error_code' | 'error_message' | 'error_details'>

export const NO_ERROR: ErrorColumns = { error_code: null, error_message: null, error_details: null }

export function errorColumns({ code, message, ...details }: ErrorRecord): ErrorColumns {
  return { error_code: code, error_message: message, error_details: JSON.stringify(details) }
}

export function toError(row: ErrorColumns): ErrorRecord | undefined {
  if (row.error_code === null || row.error_details === null) return undefined
  const { retryAt, ...details } = JSON.parse(row.error_details) as Pick<ErrorRecord, 'hint' | 'retryable'> & {
    /** A `Date`, as `JSON.stringify` writes it. */
    readonly retryAt?: string
  }
  return {
    code: row.error_code,
    message: row.error_message ?? '',
    ...details,
    ...(retryAt !== undefined && { retryAt: new Date(retryAt) }),
  }
}

export type ResultColumns = Pick<TranscriptRow, 'language' | 'kind' | 'translated_from' | 'metadata' | 'fetched_at'>

const NO_RESULT: ResultColumns = { language: null, kind: null, translated_from: null, metadata: null, fetched_at: null }

export function resultColumns(content: TranscriptContent, fetchedAt: Instant): ResultColumns {
  return {
    language: content.language,
    kind: content.kind,
    translated_from: content.translatedFrom ?? null,
    metadata: JSON.stringify(content.metadata),
    fetched_at: fetchedAt,
  }
}

function toResult(row: ResultColumns, instant: SqlDialectTraits['instant']): TranscriptResult | undefined {
  const { language, kind, translated_from, metadata, fetched_at } = row
  if (language === null || kind === null || metadata === null || fetched_at === null) return undefined
  return {
    language,
    kind,
    ...(translated_from !== null && { translatedFrom: translated_from }),
    metadata: JSON.parse(metadata) as VideoMetadata,
    fetchedAt: dateOf(instant)(fetched_at),
  }
}

export function toReusable(
  row: ResultColumns & { readonly transcript_data: string | null },
  { instant }: SqlDialectTraits,
): ReusableTranscript | undefined {
  const result = toResult(row, instant)
  return result && row.transcript_data !== null ? { ...result, data: row.transcript_data } : undefined
}

export function toGate(row: GateRow, { instant }: SqlDialectTraits): Gate {
  return {
    key: row.key,
    source: row.source,
    ...(row.closed_until !== null && { closedUntil: instant.decode(row.closed_until) }),
    closings: row.closings,
    openings: row.openings,
    ...(row.probe_transcript_id !== null &&
      row.probe_attempt !== null && {
        probe: { transcriptId: Number(row.probe_transcript_id), attempt: row.probe_attempt },
      }),
    ...(row.closed_by !== null && { closedBy: Number(row.closed_by) }),
  }
}

export function gateRow(gate: Gate, { instant }: SqlDialectTraits): Insertable<GatesTable> {
  return {
    source: gate.source,
    key: gate.key,
    closed_until: gate.closedUntil === undefined ? null : instant.encode(gate.closedUntil),
    closings: gate.closings,
    openings: gate.openings,
    probe_transcript_id: gate.probe?.transcriptId ?? null,
    probe_attempt: gate.probe?.attempt ?? null,
    closed_by: gate.closedBy ?? null,
  }
}

export const dateOf =
  (instant: SqlDialectTraits['instant']) =>
  (value: Instant): Date =>
    new Date(instant.decode(value))
