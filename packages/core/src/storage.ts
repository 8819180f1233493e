// Where jobs live. The storage is the truth; everything else in this package only moves it along.
import type { ErrorRecord } from './errors.ts'
import type { Gate, GatePolicy } from './gate.ts'
import type { ImportedJob } from './imported-job.ts'
import type { Job, JobStatus } from './job.ts'
import type { Lease } from './lease.ts'
import type { NewJob } from './new-job.ts'
import type {
  ClaimDeliveriesOptions,
  Delivery,
  DeliveryClaim,
  DeliveryQuery,
  DeliverySettleResult,
  DeliverySettlement,
} from './delivery.ts'
import type { ActiveTranscript, StorageStats, WorkerRecord } from './storage-inspection.ts'
import type { ReusePolicy, TranscriptRequest } from './transcript-request.ts'
import type { Transcript, TranscriptContent, TranscriptResult, TranscriptStatus } from './transcript.ts'

/**
 * Keeps jobs and transcripts, and changes them atomically.
 *
 * The rules that every implementation keeps:
 *
 * - **One method is one atomic state change.** When it resolves, the change is durable; when it rejects, nothing
 *   has changed. No transaction or connection leaves the storage.
 * - **The storage's own clock decides** every instant and every lease. No method takes the time.
 * - **`(id, attempt)` is the fence.** `settle` and `renew` act on a transcript only while it is `processing`
 *   exactly that attempt. `attempt` never decreases.
 * - **Lock order: job rows in id order, then transcripts in id order.** Whatever ends a transcript locks its job
 *   first, so that of several last videos exactly one ends the job.
 * - **What ends the last transcript of a job ends the job** in the same change, and inserts its delivery where the
 *   job has a callback URL.
 * - **A transcript with `duplicateOf` is never claimed.** It ends with its original, in the same change and in
 *   the same way; its text is its original's.
 * - It may be used by many processes at once, and a method may be called any number of times in parallel.
 *
 * Every method throws {@link TranscriptionError} `storage_unavailable` when the database cannot be reached or
 * written to, and `storage_incompatible` when it is not one of this version.
 *
 * Prove an implementation with `describeStorage` of `@ytscriptify/core/testing`.
 */
export interface TranscriptionStorage {
  /** The version of the schema that it works on, counted from 1. Absent where it has none. */
  readonly schemaVersion?: number

  /** Opens the database and brings its schema up to date. Other methods do it by themselves; calling it twice is fine. */
  ready(): Promise<void>

  /** Frees what the storage opened, after the changes in hand. Calling it twice is fine. */
  close(): Promise<void>

  /**
   * Stores a job and its transcripts as `pending`, due at once, ranked by `created_at + position · 2 s`.
   *
   * @returns `created: false` and the job of before when this owner has used the idempotency key already.
   * @throws a `TypeError` when the callback URL is none: the end of such a job could not be stored.
   */
  insertJob(job: NewJob): Promise<{ readonly job: Job; readonly created: boolean }>

  /** @returns `undefined` when there is no such job, or it is another owner's. */
  getJob(query: JobQuery): Promise<Job | undefined>

  /** Lists jobs, newest first, by (`createdAt`, `id`). */
  listJobs(query: ListJobsQuery): Promise<{ readonly jobs: readonly Job[]; readonly next?: JobCursor }>

  /** Lists the transcripts of a job by position. An unknown job has none. */
  listTranscripts(query: ListTranscriptsQuery): Promise<readonly Transcript[]>

  /**
   * Cancels a job: its pending and processing transcripts become `cancelled` with `attempt + 1`, completed ones stay.
   *
   * @returns `changed: false` when it had ended before; `undefined` when there is no such job for this owner.
   */
  cancelJob(query: JobQuery): Promise<{ readonly job: Job; readonly changed: boolean } | undefined>

  /**
   * Claims transcripts of a source that are pending, due, and whose gate is open, by rank and then by id, and starts
   * their next attempt. Each goes to exactly one caller. Through a gate that is ajar passes one, as its probe, and
   * never the one that closed it while another is due. The jobs they belong to become `processing`; one that somebody
   * else is just changing may stay `pending` until another of its transcripts is claimed, or until it ends.
   *
   * Transcripts with `maxCrashes - 1` crashes or more are suspects: they are claimed only with `suspect: true`, one
   * at a time; with `maxCrashes` they are not claimed at all, {@link expire} decides about them. `suspectDue` speaks of
   * those that this very worker could claim now.
   *
   * With `jobIds`, the transcript that closed a gate may be its probe when those jobs have no other due.
   */
  claim(options: ClaimOptions): Promise<Claim>

  /**
   * Prolongs the leases of a worker, all at once, and records that it is alive. A transcript that was taken from
   * this worker while it was away (it had not renewed for its lease) gets its crash back, at this renewal or, where
   * somebody else is just changing it, at a later one.
   *
   * @returns the leases that are still its own; a missing one is lost: its work must stop.
   */
  renew(options: RenewOptions): Promise<readonly Lease[]>

  /** Records the outcome of an attempt, or refuses it when the lease is no longer the current attempt. */
  settle(settlement: Settlement): Promise<SettleResult>

  /**
   * Takes back and ends what nobody else will, for all sources, whatever their gates say:
   *
   * - a `processing` transcript whose lease has run out becomes `pending` again, due at once, with one crash more;
   * - a transcript with `maxCrashes` crashes fails with `worker_lost`, once its last worker has not been seen for
   *   two of its leases (a worker that only paused comes back before that, and takes its crash back);
   * - the time of an attempt that is taken back counts up to the end of its lease: an outage uses up nothing;
   * - what is left of a job whose deadline has passed fails with `deadline_exceeded`, naming its last error;
   * - workers that have not been seen for a day are forgotten.
   *
   * What somebody else is just changing may be left to another call.
   */
  expire(options: ExpireOptions): Promise<ExpireResult>

  /**
   * Finds completed transcripts that may stand in for a new fetch.
   *
   * @returns one entry for each lookup, in their order: the youngest that fits, or `undefined`.
   */
  findReusable(lookups: readonly ReuseLookup[]): Promise<readonly (ReusableTranscript | undefined)[]>

  /** Forgets a worker that has stopped in good order. */
  removeWorker(workerId: string): Promise<void>

  /** Lists the gates that were ever used, open ones too. */
  listGates(): Promise<readonly Gate[]>

  /** Lists the deliveries of a job with their attempts, oldest first. */
  listDeliveries(jobId: string): Promise<readonly Delivery[]>

  /**
   * Claims deliveries that are due and starts their next attempt, the longest due first. Each goes to exactly one caller.
   * At most `perReceiver` of one receiver are claimed, less what `busy` says, so that a receiver that is slow or
   * has much to be sent keeps nobody else's waiting.
   *
   * A delivery whose lease has run out is pending again before that, due at once: its attempt is recorded as lost, up to the
   * end of the lease, and counts as a failure.
   */
  claimDeliveries(options: ClaimDeliveriesOptions): Promise<DeliveryClaim>

  /** Records how an attempt at a delivery went, or refuses it when the lease is no longer the current attempt. */
  settleDelivery(settlement: DeliverySettlement): Promise<DeliverySettleResult>

  /**
   * Makes a delivery due now, with its count of failures at 0: one that has ended is pending again, under the same id. One
   * that is being sent at this moment stays as it is.
   *
   * @returns `undefined` when the job has no such delivery.
   */
  replayDelivery(query: DeliveryQuery): Promise<Delivery | undefined>

  /**
   * Stores jobs as they stood elsewhere, all of a call or none: what is unfinished is due at once, ranked as if the jobs had
   * been submitted now, one after the other; what has ended stays as it is, and sends no callback. A job that is open but has
   * nothing left to do ends by this very change, with its delivery. {@link importPlanOf} says what is stored. A job whose id is
   * there already is left alone, so that an import can be repeated.
   *
   * @returns for each job, in their order, whether it was stored.
   * @throws a `TypeError` when one of them cannot be stored; see {@link importPlanOf}.
   */
  importJobs(jobs: readonly ImportedJob[]): Promise<readonly boolean[]>

  /**
   * Deletes jobs that ended at least `olderThanMs` ago, the longest ended first, with their transcripts, deliveries and
   * idempotency keys. Never an open job, and never one with a delivery that is pending or being sent.
   *
   * It waits for nobody: what somebody else has locked is left for another call. So does what is beyond a few megabytes of text,
   * since others wait for a large change.
   *
   * @returns how many were deleted: 0 when there is nothing left to delete.
   */
  purgeJobs(options: PurgeOptions): Promise<number>

  /** Lists what is being worked on now, the longest claimed first. */
  listActive(options: { readonly limit: number }): Promise<readonly ActiveTranscript[]>

  /** Lists the workers that were seen within a day, by name and then by id. */
  listWorkers(): Promise<readonly WorkerRecord[]>

  /** Says how much there is to do, by counting so little that it may be asked every few seconds. */
  stats(): Promise<StorageStats>
}

export interface JobQuery {
  readonly id: string
  /** Only if the job is this owner's. @default any owner */
  readonly owner?: string
}

export interface ListJobsQuery {
  readonly owner?: string
  readonly status?: JobStatus
  /** At least 1. */
  readonly limit: number
  /** Only jobs that come after this one in the list. */
  readonly after?: JobCursor
}

/** The place of a job in the list of jobs. */
export interface JobCursor {
  readonly createdAt: Date
  readonly id: string
}

export interface ListTranscriptsQuery {
  readonly jobId: string
  /** Only positions greater than this. @default from the first */
  readonly afterPosition?: number
  /** @default all */
  readonly limit?: number
  readonly statuses?: readonly TranscriptStatus[]
  /** Only those of this video. @default of all */
  readonly videoId?: string
  /** Whether to read the stored texts too; a duplicate's is its original's. @default false */
  readonly withData?: boolean
}

export interface ClaimOptions {
  readonly source: string
  readonly worker: Worker
  /** How many at most. */
  readonly limit: number
  /** Crashes after which a transcript is given up. @default 3 by the engine */
  readonly maxCrashes: number
  /** Only transcripts of these jobs. @default of all */
  readonly jobIds?: readonly string[]
  /** Claims one suspect instead of ordinary transcripts. @default false */
  readonly suspect?: boolean
}

/** A worker, as other processes see it. */
export interface Worker {
  /** Unique for each start of a process. */
  readonly id: string
  /** What people call it: `worker1@host`. */
  readonly name: string
  /** The machine that it runs on. For people who look for it. */
  readonly host?: string
  /** How long a claim of it lasts without a renewal, in milliseconds of the storage's clock. */
  readonly leaseMs: number
}

export interface Claim {
  readonly transcripts: readonly ClaimedTranscript[]
  /** Jobs that became `processing` by this claim. */
  readonly startedJobs: readonly string[]
  /** Whether a suspect of this source is due: the worker should become idle and claim it alone. */
  readonly suspectDue: boolean
  /**
   * Whether something is due that another claim has locked at this moment, and may leave: it is worth another look soon. Only where
   * rows are locked one by one. @default false
   */
  readonly contended?: boolean
}

export interface ClaimedTranscript {
  readonly lease: Lease
  readonly jobId: string
  readonly owner: string
  readonly position: number
  readonly url: string
  readonly videoId: string
  readonly request: TranscriptRequest
  readonly requestKey: string
  readonly reuse: ReusePolicy
  readonly gateKey: string
  readonly failures: number
  readonly crashes: number
  /** Time until the deadline of its job, in milliseconds. */
  readonly remainingMs: number
}

export interface RenewOptions {
  readonly worker: Worker
  readonly leases: readonly Lease[]
}

export interface Settlement {
  readonly lease: Lease
  readonly outcome: Outcome
}

/** How an attempt went. */
export type Outcome =
  /** `fetchedAt` is given for a reused text, and otherwise now. A reused text is no answer of the source: it opens no gate. */
  | { readonly type: 'completed'; readonly content: TranscriptContent; readonly fetchedAt?: Date }
  /** Final. */
  | ({ readonly type: 'failed' } & Failure)
  /** Again after `afterMs`. */
  | ({ readonly type: 'retry'; readonly afterMs: number; readonly countsAsFailure: boolean } & Failure)
  /**
   * The source refused us: its gate closes by {@link gateAfterRefusal}. The transcript waits behind it, due at once and
   * with no failure counted, or fails with this error when it has closed the gate `policy.maxClosings` times, the gate
   * having opened in between each time.
   */
  | {
      readonly type: 'refused'
      readonly error: ErrorRecord
      readonly retryAfterMs: number
      readonly policy: GatePolicy
      /** Fails with this error at once, since its job ends before the gate opens. The gate closes all the same. */
      readonly final?: true
    }
  /** The worker gives it back unfinished: due at once, nothing counted. */
  | { readonly type: 'released' }

/** An attempt that brought no text. */
export interface Failure {
  readonly error: ErrorRecord
  /** Whether the source itself has spoken, and so does not keep us out: of a probe, it opens the gate. */
  readonly answered: boolean
}

export type SettleResult =
  | {
      readonly accepted: true
      /** What the transcript became. */
      readonly status: TranscriptStatus
      /** The job, when this settlement ended it. */
      readonly endedJob?: Job
      /** The gate, when this settlement closed or opened it. */
      readonly gate?: Gate
    }
  /** The lease was not the current attempt any more: nothing has changed. */
  | { readonly accepted: false }

export interface ExpireOptions {
  readonly maxCrashes: number
  /** How many transcripts to handle at most; the rest is left for the next call. */
  readonly limit: number
}

export interface ExpireResult {
  /** Leases that had run out and whose transcripts are pending again. */
  readonly reclaimed: readonly Lease[]
  /** Transcripts that failed. */
  readonly failed: readonly ExpiredTranscript[]
  /** Jobs that ended. */
  readonly endedJobs: readonly Job[]
  /**
   * In how many milliseconds the next lease of a transcript runs out, as it stands after this call: 0 where one has run out
   * that was left to another call. The engine calls again when an abandoned one is over, and not only at its next turn.
   * @default nothing is leased
   */
  readonly nextLeaseEndMs?: number
}

export interface ExpiredTranscript {
  readonly jobId: string
  readonly position: number
  readonly videoId: string
  readonly error: ErrorRecord
}

export interface ReuseLookup {
  readonly source: string
  readonly requestKey: string
  /** Only of this owner. @default of every owner */
  readonly owner?: string
  /** Fetched at most this long ago, in milliseconds of the storage's clock. */
  readonly maxAgeMs: number
}

export interface ReusableTranscript extends TranscriptResult {
  readonly data: string
}

export interface PurgeOptions {
  /** How long ago a job has ended at least, in milliseconds of the storage's clock. */
  readonly olderThanMs: number
  /** How many jobs at most. */
  readonly limit: number
}
