// The tables. `jobs` and `transcripts` keep the columns that the old service had, so that its monitoring goes on working.
import type { ColumnType, Generated, Kysely } from 'kysely'
import type { ErrorCode, JobStatus, TrackKind, TranscriptStatus } from '@ytscriptify/core'

/** A moment as the engine stores it; only {@link SqlDialectTraits.instant} knows which of the two it is. */
export type Instant = number | Date

/** A whole number that some drivers give as text, because it may have more than 32 bits. */
export type BigInteger = ColumnType<number | string, number, number>

export interface Tables {
  jobs: JobsTable
  transcripts: TranscriptsTable
  deliveries: DeliveriesTable
  delivery_attempts: DeliveryAttemptsTable
  gates: GatesTable
  workers: WorkersTable
  ytscriptify_migrations: MigrationsTable
}

/** What queries run on: the database, or a transaction of it. */
export type Database = Kysely<Tables>

export interface JobsTable {
  /** UUID version 7, as text. */
  id: string
  owner: string
  source: string
  status: JobStatus
  version: number
  /** Number of its transcripts, and how many of them ended in which way. */
  total: number
  completed: Generated<number>
  failed: Generated<number>
  cancelled: Generated<number>
  created_at: Instant
  updated_at: Instant
  ended_at: Instant | null
  deadline_at: Instant
  timeout_ms: BigInteger
  used_ms: ColumnType<number | string, number | undefined, number>
  /** UTF-8 bytes of the texts of its completed transcripts, duplicates included. */
  data_bytes: ColumnType<number | string, number | undefined, number>
  callback_url: string | null
  retry_of: string | null
  idempotency_key: string | null
  idempotency_hash: string | null
  error_code: ErrorCode | null
  error_message: string | null
  /** JSON text of a `TranscriptRequest`. */
  request: string
  /** JSON text of a `ReusePolicy`. */
  reuse: string
}

export interface TranscriptsTable {
  id: Generated<number | string>
  job_id: string
  position: number
  url: string
  video_id: string
  status: TranscriptStatus
  /** Position of the transcript of the same job that it repeats. */
  duplicate_of: number | null
  source: string
  gate_key: string
  request_key: string
  attempt: Generated<number>
  failures: Generated<number>
  crashes: Generated<number>
  /** The worker that the last counted crash is held against. */
  lost_by: string | null
  /** How often it closed its gate, and the gate's openings at the last of these times. */
  closings: Generated<number>
  closed_opening: number | null
  /** When it is due, and its place in the order of claims. */
  run_at: Instant
  rank_at: Instant
  lease_until: Instant | null
  claimed_at: Instant | null
  claimed_by: string | null
  error_code: ErrorCode | null
  error_message: string | null
  /** JSON text of the rest of an `ErrorRecord`. */
  error_details: string | null
  language: string | null
  kind: TrackKind | null
  translated_from: string | null
  fetched_at: Instant | null
  created_at: Instant
  updated_at: Instant
  /** UTF-8 bytes of its text; a duplicate's are its original's. */
  data_bytes: number | null
  /** JSON text of a `VideoMetadata`. */
  metadata: string | null
  /** Last, since SQLite walks over a large value to reach the columns behind it. */
  transcript_data: string | null
}

export interface DeliveriesTable {
  id: string
  job_id: string
  url: string
  /** Scheme, host and port of the URL: those of one receiver share a limit. */
  receiver: string
  /** The name of the event: `job.completed`. */
  type: string
  status: 'pending' | 'processing' | 'delivered' | 'failed'
  attempt: Generated<number>
  failures: Generated<number>
  run_at: Instant
  lease_until: Instant | null
  claimed_at: Instant | null
  claimed_by: string | null
  created_at: Instant
  updated_at: Instant
  ended_at: Instant | null
}

/** The attempts at a delivery that are over. */
export interface DeliveryAttemptsTable {
  delivery_id: string
  attempt: number
  started_at: Instant
  ended_at: Instant
  /** The HTTP status of the receiver's answer, where there was one. */
  status: number | null
  /** Why it failed, where it failed. */
  error: string | null
}

export interface GatesTable {
  source: string
  key: string
  closed_until: Instant | null
  closings: Generated<number>
  openings: Generated<number>
  probe_transcript_id: BigInteger | null
  probe_attempt: number | null
  closed_by: BigInteger | null
}

export interface WorkersTable {
  id: string
  name: string
  /** The machine that it runs on, where the worker said so. */
  host: string | null
  lease_ms: number
  started_at: Instant
  seen_at: Instant
  /** When it counts as dead unless it is seen before: two leases after `seen_at`. */
  lost_at: Instant
}

export interface MigrationsTable {
  version: number
  name: string
  applied_at: Instant
}
