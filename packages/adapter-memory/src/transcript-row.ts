// A transcript as it lies in memory, and how callers see it.
import { STORAGE_RULES, type Lease, type Move, type NewTranscript, type Transcript } from '@ytscriptify/core'
import type { JobRow, TranscriptRow, TranscriptState } from './rows.ts'

type Status = TranscriptState['status']

export interface NewRow {
  readonly id: number
  readonly job: JobRow
  readonly position: number
  readonly input: NewTranscript
  readonly now: number
}

/** A pending one, due at once. */
export function createTranscriptRow({ id, job, position, input, now }: NewRow): TranscriptRow {
  return {
    id,
    job,
    position,
    input: { ...input },
    duplicates: [],
    state: { status: 'pending' },
    attempt: 0,
    failures: 0,
    crashes: 0,
    closings: 0,
    createdAt: now,
    runAt: now,
    rankAt: now + position * STORAGE_RULES.rankStepMs,
    updatedAt: now,
    slot: -1,
  }
}

/** Moves a row along the state machine of transcripts. A move that is not in it is a fault of this package. */
export function enter<M extends Move<Status>>(
  row: TranscriptRow,
  { move, state, now }: { move: M; state: Extract<TranscriptState, { status: M['to'] }>; now: number },
): void {
  const { status } = row.state
  if (!move.from.includes(status)) throw new Error(`Transcript ${row.id} is ${status}: it cannot become ${move.to}.`)
  row.state = state
  row.updatedAt = now
}

/** Whether a lease is the current attempt: the fence. */
export const isCurrent = ({ state, attempt }: TranscriptRow, lease: Lease): boolean =>
  state.status === 'processing' && attempt === lease.attempt

/** Whether there is still work to do for it. A duplicate is no work of its own. */
export const isOpenOriginal = ({ state, input }: TranscriptRow): boolean =>
  (state.status === 'pending' || state.status === 'processing') && input.duplicateOf === undefined

/** A transcript as callers see it. A duplicate's text is its original's. */
export function toTranscript(row: TranscriptRow, { withData }: { readonly withData: boolean }): Transcript {
  const { url, videoId, duplicateOf } = row.input
  const { state } = row
  return {
    id: row.id,
    jobId: row.job.input.id,
    position: row.position,
    url,
    videoId,
    ...(duplicateOf !== undefined && { duplicateOf }),
    status: state.status,
    attempt: row.attempt,
    failures: row.failures,
    crashes: row.crashes,
    runAt: new Date(row.runAt),
    ...(row.error && { error: row.error }),
    ...(state.status === 'completed' && { result: state.result }),
    ...(state.status === 'completed' && withData && { data: state.data }),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
  }
}
