// Who works on what, and how much there is to do.
import {
  STORAGE_RULES,
  type ActiveTranscript,
  type JobStatus,
  type StorageStats,
  type WorkerRecord,
} from '@ytscriptify/core'
import { allLanes, type Memory } from './memory.ts'
import { isDead } from './workers.ts'
import type { TranscriptRow } from './rows.ts'

const { countLimit, forgottenAfterMs, lastMinuteMs } = STORAGE_RULES

export function listActive(memory: Memory, { limit }: { readonly limit: number }): ActiveTranscript[] {
  return [...memory.leased]
    .flatMap((row) => activeOf(memory, row))
    .sort((a, b) => a.since.getTime() - b.since.getTime() || a.transcriptId - b.transcriptId)
    .slice(0, limit)
}

function activeOf({ workers }: Memory, row: TranscriptRow): ActiveTranscript[] {
  const { id, attempt, job, position, input, state, failures, crashes } = row
  if (state.status !== 'processing') return []
  const name = workers.get(state.worker)?.worker.name
  return [
    {
      transcriptId: id,
      attempt,
      jobId: job.input.id,
      owner: job.input.owner,
      position,
      videoId: input.videoId,
      url: input.url,
      source: job.input.source,
      worker: { id: state.worker, ...(name !== undefined && { name }) },
      since: new Date(state.claimedAt),
      leaseUntil: new Date(state.leaseUntil),
      failures,
      crashes,
    },
  ]
}

export function listWorkers(memory: Memory): WorkerRecord[] {
  const now = memory.now()
  return [...memory.workers.values()]
    .filter(({ seenAt }) => seenAt + forgottenAfterMs > now)
    .map(({ worker: { id, name, host, leaseMs }, startedAt, seenAt }) => ({
      id,
      name,
      ...(host !== undefined && { host }),
      startedAt: new Date(startedAt),
      seenAt: new Date(seenAt),
      leaseMs,
      isLost: isDead(memory, id, now),
      active: [...memory.leased].filter(({ state }) => state.status === 'processing' && state.worker === id).length,
    }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id))
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

export function stats(memory: Memory): StorageStats {
  const now = memory.now()
  const lanes = allLanes(memory)
  const sizes = lanes.map((lane) => lane.sizes(now))
  const heads = lanes.flatMap((lane) => lane.first({ now, minCrashes: 0, belowCrashes: Infinity }) ?? [])
  const oldestDueMs = longestSince(
    heads.map(({ runAt }) => runAt),
    now,
  )
  return {
    jobs: { pending: countJobs(memory, 'pending'), processing: countJobs(memory, 'processing') },
    transcripts: {
      due: bounded(sum(sizes.map(({ due }) => due))),
      waiting: bounded(sum(sizes.map(({ waiting }) => waiting))),
      processing: bounded(memory.leased.size),
    },
    ...(oldestDueMs !== undefined && { oldestDueMs }),
    deliveries: deliveryStats(memory, now),
    lastMinute: lastMinuteOf(memory, now),
  }
}

const countJobs = ({ openJobsByDeadline }: Memory, status: JobStatus): number =>
  bounded([...openJobsByDeadline].filter((job) => job.status === status).length)

function deliveryStats({ deliveryLanes, sentDeliveries }: Memory, now: number): StorageStats['deliveries'] {
  const runAts = [...deliveryLanes.all()].map(({ runAt }) => runAt)
  const due = runAts.filter((runAt) => runAt <= now)
  const oldestDueMs = longestSince(due, now)
  return {
    due: bounded(due.length),
    waiting: bounded(runAts.length - due.length),
    processing: bounded(sentDeliveries.size),
    ...(oldestDueMs !== undefined && { oldestDueMs }),
  }
}

function lastMinuteOf({ jobsByEnd }: Memory, now: number): StorageStats['lastMinute'] {
  const from = jobsByEnd.countBefore({ moment: now - lastMinuteMs + 1, id: '' })
  const ended = jobsByEnd.rows.slice(from, from + countLimit)
  return {
    jobs: ended.length,
    completed: sum(ended.map(({ counts }) => counts.completed)),
    failed: sum(ended.map(({ counts }) => counts.failed)),
    cancelled: sum(ended.map(({ counts }) => counts.cancelled)),
  }
}

const bounded = (count: number): number => Math.min(count, countLimit)

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

const longestSince = (moments: readonly number[], now: number): number | undefined =>
  moments.length === 0 ? undefined : now - moments.reduce((a, b) => Math.min(a, b))
