// The steps that tests of storages are told in.
import assert from 'node:assert/strict'
import type { ErrorRecord } from '../../errors.ts'
import { DEFAULT_GATE_POLICY, type Gate, type GatePolicy } from '../../gate.ts'
import type { Job } from '../../job.ts'
import type { NewJob } from '../../new-job.ts'
import type { ClaimedTranscript, SettleResult, TranscriptionStorage } from '../../storage.ts'
import type { Transcript } from '../../transcript.ts'
import { claimOf, contentOf, errorOf, type ClaimOverrides } from '../builders.ts'

export async function claim(storage: TranscriptionStorage, overrides: ClaimOverrides = {}) {
  const { transcripts } = await storage.claim(claimOf(overrides))
  return transcripts
}

/** Claims, and expects exactly one transcript. */
export async function claimOne(
  storage: TranscriptionStorage,
  overrides: ClaimOverrides = {},
): Promise<ClaimedTranscript> {
  return only(await claim(storage, overrides))
}

/** Claims, and gives the ids of the videos in the order of the claim. */
export async function claimVideos(storage: TranscriptionStorage, overrides: ClaimOverrides = {}) {
  return (await claim(storage, overrides)).map(({ videoId }) => videoId)
}

type Claimed = Pick<ClaimedTranscript, 'lease'>

export const complete = (storage: TranscriptionStorage, { lease }: Claimed, text = 'A text.'): Promise<SettleResult> =>
  storage.settle({ lease, outcome: { type: 'completed', content: contentOf(text) } })

export const fail = (
  storage: TranscriptionStorage,
  { lease }: Claimed,
  { error = errorOf('video_private'), answered = true }: { error?: ErrorRecord; answered?: boolean } = {},
): Promise<SettleResult> => storage.settle({ lease, outcome: { type: 'failed', error, answered } })

export const retry = (
  storage: TranscriptionStorage,
  { lease }: Claimed,
  { error = errorOf('source_timeout'), afterMs = 0, countsAsFailure = true, answered = false } = {},
): Promise<SettleResult> =>
  storage.settle({ lease, outcome: { type: 'retry', error, afterMs, countsAsFailure, answered } })

export const refuse = (
  storage: TranscriptionStorage,
  { lease }: Claimed,
  {
    error = errorOf('source_blocked'),
    retryAfterMs = 0,
    policy = DEFAULT_GATE_POLICY,
    final,
  }: { error?: ErrorRecord; retryAfterMs?: number; policy?: GatePolicy; final?: true } = {},
): Promise<SettleResult> =>
  storage.settle({ lease, outcome: { type: 'refused', error, retryAfterMs, policy, ...(final && { final }) } })

export const release = (storage: TranscriptionStorage, { lease }: Claimed): Promise<SettleResult> =>
  storage.settle({ lease, outcome: { type: 'released' } })

export const expire = (storage: TranscriptionStorage, { maxCrashes = 3, limit = 100 } = {}) =>
  storage.expire({ maxCrashes, limit })

/** Inserts jobs one after the other, and gives them as they were stored. */
export async function insert(storage: TranscriptionStorage, ...jobs: readonly NewJob[]): Promise<readonly Job[]> {
  const inserted: Job[] = []
  for (const job of jobs) inserted.push((await storage.insertJob(job)).job)
  return inserted
}

export async function jobNow(storage: TranscriptionStorage, { id }: Pick<Job, 'id'>): Promise<Job> {
  return present(await storage.getJob({ id }))
}

export async function transcriptNow(
  storage: TranscriptionStorage,
  { id }: Pick<Job, 'id'>,
  { position = 0 } = {},
): Promise<Transcript> {
  const transcripts = await storage.listTranscripts({ jobId: id, withData: true })
  return present(transcripts.find((transcript) => transcript.position === position))
}

export async function gateNow(storage: TranscriptionStorage, key = 'fake'): Promise<Gate> {
  return present((await storage.listGates()).find((gate) => gate.key === key))
}

export function only<T>(items: readonly T[]): T {
  assert.equal(items.length, 1, `expected exactly one, got ${items.length}`)
  return present(items[0])
}

export function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined, 'expected to be there')
  return value
}

/** So long ago, or a little longer: the storage's clock runs on meanwhile. */
export function assertAge(ms: number | undefined, expected: number): void {
  assert.ok(
    ms !== undefined && ms >= expected && ms < expected + TEST_MS,
    `${ms} ms ago is not about ${expected} ms ago`,
  )
}

/** In so long, or a little sooner. */
export function assertTimeLeft(ms: number | undefined, expected: number): void {
  assert.ok(ms !== undefined && ms <= expected && ms > expected - TEST_MS, `in ${ms} ms is not about in ${expected} ms`)
}

/** What a test takes at most, in milliseconds. */
const TEST_MS = 10_000
