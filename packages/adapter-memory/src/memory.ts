// Everything that a storage in memory knows, and the ways to find it without searching.
import type { Gate, JobQuery, Worker } from '@ytscriptify/core'
import { createDeliveryLanes, type DeliveryLanes } from './delivery-lanes.ts'
import { leaseEndOf, type DeliveryRow } from './delivery-row.ts'
import { createHeap, type Heap } from './heap.ts'
import { createJobOrder, type JobOrder } from './job-order.ts'
import { createLane, type Lane } from './lane.ts'
import { createReuseIndex, type ReuseIndex } from './reuse-index.ts'
import { isCurrent } from './transcript-row.ts'
import type { JobRow, TranscriptRow } from './rows.ts'

export interface Memory {
  /** The clock of this storage, in milliseconds since 1970. */
  readonly now: () => number
  readonly jobs: Map<string, JobRow>
  /** By their creation. */
  readonly jobsByAge: JobOrder
  /** Those that have ended, by their end. */
  readonly jobsByEnd: JobOrder
  readonly openJobsByDeadline: Heap<JobRow>
  readonly jobsByIdempotencyKey: Map<string, JobRow>
  readonly transcripts: Map<number, TranscriptRow>
  /** The next id of a transcript. None is given twice, so that an old lease fits no new row. */
  readonly nextTranscriptId: () => number
  /** Rows that are processing. */
  readonly leased: Set<TranscriptRow>
  /** Rows that a worker has lost, by its id. */
  readonly lostBy: Map<string, Set<TranscriptRow>>
  /** By source, then by the key of the gate. */
  readonly lanes: Map<string, Map<string, Lane>>
  readonly workers: Map<string, SeenWorker>
  readonly reusable: ReuseIndex
  readonly deliveries: Map<string, DeliveryRow>
  /** Oldest first. */
  readonly deliveriesByJob: Map<string, DeliveryRow[]>
  /** Those that are pending. */
  readonly deliveryLanes: DeliveryLanes
  /** Those that are being sent, by the end of their lease. */
  readonly sentDeliveries: Heap<DeliveryRow>
}

export interface SeenWorker {
  readonly worker: Worker
  readonly startedAt: number
  readonly seenAt: number
}

export function createMemory(now: () => number): Memory {
  let transcriptIds = 0
  return {
    now,
    jobs: new Map(),
    jobsByAge: createJobOrder(({ createdAt }) => createdAt),
    // A job that has ended never changes again, so that its last change is its end.
    jobsByEnd: createJobOrder(({ updatedAt }) => updatedAt),
    openJobsByDeadline: createHeap((a, b) => a.deadlineAt < b.deadlineAt),
    jobsByIdempotencyKey: new Map(),
    transcripts: new Map(),
    nextTranscriptId: () => (transcriptIds += 1),
    leased: new Set(),
    lostBy: new Map(),
    lanes: new Map(),
    workers: new Map(),
    reusable: createReuseIndex(),
    deliveries: new Map(),
    deliveriesByJob: new Map(),
    deliveryLanes: createDeliveryLanes(),
    sentDeliveries: createHeap((a, b) => leaseEndOf(a) < leaseEndOf(b)),
  }
}

/** What an idempotency key is found by: each owner has its own. */
export const idempotencyKeyOf = (owner: string, key: string): string => JSON.stringify([owner, key])

/** The lane of a gate. It exists from its first use on. */
function laneOf({ lanes }: Memory, { source, gateKey }: { source: string; gateKey: string }): Lane {
  const ofSource = lanes.get(source) ?? new Map<string, Lane>()
  const lane = ofSource.get(gateKey) ?? createLane(gateKey, source)
  lanes.set(source, ofSource.set(gateKey, lane))
  return lane
}

export const laneOfRow = (memory: Memory, { input, job }: TranscriptRow): Lane =>
  laneOf(memory, { source: job.input.source, gateKey: input.gateKey })

export const allLanes = ({ lanes }: Memory): Lane[] => [...lanes.values()].flatMap((ofSource) => [...ofSource.values()])

/** A job, unless it is another owner's. */
export function findJob({ jobs }: Memory, { id, owner }: JobQuery): JobRow | undefined {
  const job = jobs.get(id)
  return owner === undefined || job?.input.owner === owner ? job : undefined
}

/** Whether the probe of a gate is under way: its transcript is processing that very attempt, under a lease that runs. */
export function isProbing({ transcripts }: Memory, { probe }: Gate, now: number): boolean {
  const row = probe && transcripts.get(probe.transcriptId)
  if (!row || !isCurrent(row, probe)) return false
  return row.state.status === 'processing' && row.state.leaseUntil > now
}
