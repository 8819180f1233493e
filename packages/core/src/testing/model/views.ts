// What is compared: the same plain object, made of what a storage answered and of what the model expects. Moments are in minutes
// since the sequence began, since a real clock runs on by itself meanwhile; ids are names.
import type { Delivery } from '../../delivery.ts'
import type { Gate } from '../../gate.ts'
import type { Job } from '../../job.ts'
import type { Lease } from '../../lease.ts'
import type { Transcript } from '../../transcript.ts'
import {
  countsOf,
  hasEnded,
  type Grant,
  type ModelDelivery,
  type ModelGate,
  type ModelJob,
  type ModelTranscript,
} from './state.ts'

export const MINUTE = 60_000

/** Never `-0`, which is not equal to `0` here. */
export const inMinutes = (ms: number): number => Math.round(ms / MINUTE) + 0

/**
 * The minute that the sequence is in. Moments that a storage is given are counted from here, so that they lie before all that it
 * takes from its own clock in that minute, however far that has run on by itself.
 */
export const wholeMinute = ({ now }: { readonly now: number }): number => now - (now % MINUTE)

/** What the answers of one storage are read with. */
export interface Reader {
  /** The name of a transcript by its id there. */
  readonly nameOf: (transcriptId: number) => string
  /** The minute of the sequence at which something was. */
  readonly minuteOf: (moment: Date | number) => number
}

export const viewOfLease = ({ transcriptId, attempt }: Lease, { nameOf }: Reader): string =>
  viewOfGrant({ of: nameOf(transcriptId), attempt })

export const viewOfGrant = ({ of, attempt }: Grant): string => `${of}#${attempt}`

/** Without its version: how often that grows is the storage's affair. */
export function viewOfJob(job: Job, { minuteOf }: Reader) {
  const { version: _version, usedMs, deadlineAt, createdAt, updatedAt, endedAt, ...rest } = job
  return {
    ...rest,
    used: inMinutes(usedMs),
    deadline: minuteOf(deadlineAt),
    created: minuteOf(createdAt),
    updated: minuteOf(updatedAt),
    ended: endedAt && minuteOf(endedAt),
  }
}

export function expectedJob(job: ModelJob) {
  const { maxAgeMs: _maxAge, ...input } = job.input
  const { status, error, usedMs, deadlineAt, createdAt, updatedAt } = job
  return {
    ...input,
    status,
    counts: countsOf(job),
    dataBytes: job.transcripts.reduce((sum, { result }) => sum + Buffer.byteLength(result?.content.data ?? ''), 0),
    error,
    used: inMinutes(usedMs),
    deadline: inMinutes(deadlineAt),
    created: inMinutes(createdAt),
    updated: inMinutes(updatedAt),
    ended: hasEnded(job) ? inMinutes(updatedAt) : undefined,
  }
}

export function viewOfTranscript(transcript: Transcript, { minuteOf }: Reader) {
  const { id: _id, jobId: _jobId, runAt, result, createdAt, updatedAt, ...rest } = transcript
  return {
    ...rest,
    due: transcript.status === 'pending' ? minuteOf(runAt) : undefined,
    result: result && { ...result, fetchedAt: minuteOf(result.fetchedAt) },
    created: minuteOf(createdAt),
    updated: minuteOf(updatedAt),
  }
}

export function expectedTranscript(transcript: ModelTranscript) {
  const { position, input, status, attempt, failures, crashes, runAt, error, result, createdAt, updatedAt } = transcript
  const { url, videoId, duplicateOf } = input
  const { data, ...content } = result?.content ?? {}
  return {
    position,
    url,
    videoId,
    duplicateOf,
    status,
    attempt,
    failures,
    crashes,
    error,
    data,
    due: status === 'pending' ? inMinutes(runAt) : undefined,
    result: result && { ...content, fetchedAt: inMinutes(result.fetchedAt) },
    created: inMinutes(createdAt),
    updated: inMinutes(updatedAt),
  }
}

export function viewOfGate({ closedUntil, probe, closedBy, ...rest }: Gate, reader: Reader) {
  return {
    ...rest,
    closedUntil: closedUntil === undefined ? undefined : reader.minuteOf(closedUntil),
    probe: probe && viewOfLease(probe, reader),
    closedBy: closedBy === undefined ? undefined : reader.nameOf(closedBy),
  }
}

export function expectedGate({ source, key, closedUntil, closings, openings, probe, closedBy }: ModelGate) {
  return {
    source,
    key,
    closings,
    openings,
    closedUntil: closedUntil === undefined ? undefined : inMinutes(closedUntil),
    probe: probe && viewOfGrant(probe),
    closedBy,
  }
}

export function viewOfDelivery(delivery: Delivery, { minuteOf }: Reader) {
  const { id: _id, nextAttemptAt, attempts, createdAt, updatedAt, endedAt, ...rest } = delivery
  return {
    ...rest,
    due: nextAttemptAt && minuteOf(nextAttemptAt),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      startedAt: minuteOf(attempt.startedAt),
      endedAt: minuteOf(attempt.endedAt),
    })),
    created: minuteOf(createdAt),
    updated: minuteOf(updatedAt),
    ended: endedAt && minuteOf(endedAt),
  }
}

export function expectedDelivery(delivery: ModelDelivery) {
  const { job, url, receiver, type, status, attempt, failures, runAt, attempts, createdAt, updatedAt } = delivery
  const isPending = status === 'pending' || status === 'sending'
  return {
    jobId: job.input.id,
    url,
    receiver,
    type,
    status: isPending ? 'pending' : status,
    attempt,
    failures,
    due: status === 'pending' ? inMinutes(runAt) : undefined,
    attempts: attempts.map((one) => ({
      ...one,
      startedAt: inMinutes(one.startedAt),
      endedAt: inMinutes(one.endedAt),
    })),
    created: inMinutes(createdAt),
    updated: inMinutes(updatedAt),
    ended: isPending ? undefined : inMinutes(updatedAt),
  }
}
