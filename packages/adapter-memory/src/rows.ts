// Jobs and transcripts as they lie in memory. Each knows the other, so they are declared together.
import type { ErrorRecord, JobStatus, NewJob, NewTranscript, TranscriptResult } from '@ytscriptify/core'
import type { HeapItem } from './heap.ts'

export interface JobRow extends HeapItem {
  /** What was submitted. Never changes. */
  readonly input: Omit<NewJob, 'transcripts'>
  /** By position. */
  readonly transcripts: TranscriptRow[]
  readonly counts: { readonly total: number; completed: number; failed: number; cancelled: number }
  dataBytes: number
  readonly createdAt: number
  status: JobStatus
  version: number
  usedMs: number
  deadlineAt: number
  updatedAt: number
  error?: Pick<ErrorRecord, 'code' | 'message'>
}

export interface TranscriptRow extends HeapItem {
  readonly id: number
  readonly job: JobRow
  readonly position: number
  readonly input: NewTranscript
  /** The rows that repeat this video, and end with it. */
  readonly duplicates: TranscriptRow[]
  state: TranscriptState
  attempt: number
  failures: number
  crashes: number
  /** Who worked on it when its last lease ran out, unless that one came back. */
  lostBy?: string
  /** How often it has closed its gate, the gate having opened in between. */
  closings: number
  /** How often the gate had opened when it closed it last. */
  closedAtOpening?: number
  readonly createdAt: number
  runAt: number
  rankAt: number
  updatedAt: number
  error?: ErrorRecord
}

export type TranscriptState =
  | { readonly status: 'pending' }
  | { readonly status: 'processing'; readonly worker: string; readonly claimedAt: number; leaseUntil: number }
  | { readonly status: 'completed'; readonly result: TranscriptResult; readonly data: string }
  | { readonly status: 'failed' }
  | { readonly status: 'cancelled' }
