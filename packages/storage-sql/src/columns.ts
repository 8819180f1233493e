// Which columns are read for what: fewer columns are read faster, and the text of a transcript is large.
import type { Selectable } from 'kysely'
import type { JobsTable, TranscriptsTable } from './schema.ts'

export type JobRow = Selectable<JobsTable>

/** A transcript without its text, which is large and read only where somebody asked for it. */
export type TranscriptRow = Omit<Selectable<TranscriptsTable>, 'transcript_data' | 'data_bytes'>

/** What callers see of a transcript. */
export const TRANSCRIPT_COLUMNS = [
  'id',
  'job_id',
  'position',
  'url',
  'video_id',
  'status',
  'duplicate_of',
  'attempt',
  'failures',
  'crashes',
  'run_at',
  'error_code',
  'error_message',
  'error_details',
  'language',
  'kind',
  'translated_from',
  'fetched_at',
  'created_at',
  'updated_at',
  'metadata',
] as const satisfies readonly (keyof TranscriptRow)[]

export type ShownTranscript = Pick<TranscriptRow, (typeof TRANSCRIPT_COLUMNS)[number]>

/** What changes of a transcript, and what decides about it. */
export const STATE_COLUMNS = [
  'id',
  'job_id',
  'position',
  'video_id',
  'status',
  'duplicate_of',
  'source',
  'gate_key',
  'attempt',
  'failures',
  'crashes',
  'lost_by',
  'closings',
  'closed_opening',
  'run_at',
  'rank_at',
  'lease_until',
  'claimed_at',
  'claimed_by',
  'error_code',
  'error_message',
  'error_details',
] as const satisfies readonly (keyof TranscriptRow)[]

export type TranscriptState = Pick<TranscriptRow, (typeof STATE_COLUMNS)[number]>

/** What a claim tells of the transcript, … */
export const CLAIMED_COLUMNS = [
  'id',
  'job_id',
  'position',
  'url',
  'video_id',
  'request_key',
  'gate_key',
  'attempt',
  'failures',
  'crashes',
] as const satisfies readonly (keyof TranscriptRow)[]

/** … and of its job. */
export const CLAIMED_JOB_COLUMNS = [
  'id',
  'owner',
  'request',
  'reuse',
  'deadline_at',
] as const satisfies readonly (keyof JobRow)[]

export type ClaimedRow = Pick<TranscriptRow, (typeof CLAIMED_COLUMNS)[number]>
export type ClaimedJob = Pick<JobRow, (typeof CLAIMED_JOB_COLUMNS)[number]>
