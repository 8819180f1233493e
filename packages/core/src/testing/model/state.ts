// What a storage is expected to hold, kept as plainly as possible: lists, searched from their beginning each time.
//
// Time is in milliseconds since the sequence began. Everything has a name that is the same in every storage: a job its id, a
// transcript its job and position, a delivery its job, since a job has no more than one.
import type { ErrorRecord } from '../../errors.ts'
import { isJobEnded, type JobCounts, type JobStatus } from '../../job.ts'
import type { NewJob, NewTranscript } from '../../new-job.ts'
import type { Worker } from '../../storage.ts'
import type { TranscriptContent, TranscriptStatus } from '../../transcript.ts'

export interface Model {
  now: number
  jobs: ModelJob[]
  readonly gates: ModelGate[]
  readonly workers: Map<string, ModelWorker>
  /** All leases of transcripts that were ever given, the last one last: also those that nobody holds any more. */
  readonly leases: Grant[]
  /** The same of deliveries. */
  readonly sendings: Grant[]
  /** How many transcripts there ever were: their order. */
  transcripts: number
  /** Takes note of what happened, so that a test can say where it has been. */
  readonly note: (event: string) => void
}

export interface ModelJob {
  readonly input: Omit<NewJob, 'transcripts'>
  readonly transcripts: ModelTranscript[]
  status: JobStatus
  usedMs: number
  deadlineAt: number
  error?: Pick<ErrorRecord, 'code' | 'message'>
  readonly createdAt: number
  updatedAt: number
  delivery?: ModelDelivery
}

export interface ModelTranscript {
  readonly name: string
  /** Its place among all transcripts: of two with the same rank, the earlier is claimed first. */
  readonly order: number
  readonly job: ModelJob
  readonly position: number
  readonly input: NewTranscript
  status: TranscriptStatus
  attempt: number
  failures: number
  crashes: number
  /** How often it has closed its gate, that having opened in between, and how often that had opened by then. */
  closings: number
  closedAtOpening?: number
  /** Who held it when its lease ran out, until that worker returns. */
  lostBy?: string
  runAt: number
  rankAt: number
  /** Who works on it, since when, and for how long, while it is `processing`. */
  held?: Hold
  error?: ErrorRecord
  result?: { readonly content: TranscriptContent; readonly fetchedAt: number }
  readonly createdAt: number
  updatedAt: number
}

export interface Hold {
  readonly by: string
  readonly since: number
  until: number
}

export interface ModelGate {
  readonly source: string
  readonly key: string
  closedUntil?: number
  closings: number
  openings: number
  probe?: Grant
  closedBy?: string
}

export interface ModelWorker {
  readonly worker: Worker
  readonly startedAt: number
  seenAt: number
}

export interface ModelDelivery {
  readonly job: ModelJob
  readonly url: string
  readonly receiver: string
  readonly type: string
  status: 'pending' | 'sending' | 'delivered' | 'failed'
  attempt: number
  failures: number
  runAt: number
  held?: Omit<Hold, 'by'>
  readonly attempts: ModelDeliveryAttempt[]
  readonly createdAt: number
  updatedAt: number
}

export interface ModelDeliveryAttempt {
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt: number
  readonly status?: number
  readonly error?: string
}

/** A lease, by name. */
export interface Grant {
  readonly of: string
  readonly attempt: number
}

export function createModel(note: (event: string) => void): Model {
  return {
    now: 0,
    jobs: [],
    gates: [],
    workers: new Map(),
    leases: [],
    sendings: [],
    transcripts: 0,
    note,
  }
}

export const transcriptName = (jobId: string, position: number): string => `${jobId}/${position}`

export const allTranscripts = ({ jobs }: Model): ModelTranscript[] => jobs.flatMap(({ transcripts }) => transcripts)

export const allDeliveries = ({ jobs }: Model): ModelDelivery[] =>
  jobs.flatMap(({ delivery }) => (delivery ? [delivery] : []))

export const isOriginal = ({ input }: ModelTranscript): boolean => input.duplicateOf === undefined

export const isOpen = ({ status }: ModelTranscript): boolean => status === 'pending' || status === 'processing'

export const hasEnded = ({ status }: ModelJob): boolean => isJobEnded(status)

/** The current attempt, while there is one: the fence. */
export const isCurrent = ({ name, attempt, status }: ModelTranscript, grant: Grant): boolean =>
  status === 'processing' && name === grant.of && attempt === grant.attempt

/** The gate of a transcript. It is there from its first use on. */
export function gateOf({ gates }: Model, { job, input }: Pick<ModelTranscript, 'job' | 'input'>): ModelGate {
  const { source } = job.input
  const known = gates.find((gate) => gate.source === source && gate.key === input.gateKey)
  if (known) return known
  const gate: ModelGate = { source, key: input.gateKey, closings: 0, openings: 0 }
  gates.push(gate)
  return gate
}

export function countsOf({ transcripts }: Pick<ModelJob, 'transcripts'>): JobCounts {
  const count = (status: TranscriptStatus): number => transcripts.filter((one) => one.status === status).length
  return {
    total: transcripts.length,
    completed: count('completed'),
    failed: count('failed'),
    cancelled: count('cancelled'),
  }
}

/** Each is greater than all before, so that ids tell the order as UUIDs of version 7 do. */
export function nextIdOf(model: Model, more = 0): string {
  const number = model.transcripts + model.now + more + 1
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}
