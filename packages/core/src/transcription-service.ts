// The front of the library: hand in URLs, look at jobs, wait for their end. What it promises; `create-service.ts` keeps it.
import type { Clock } from './clock.ts'
import type { Delivery } from './delivery.ts'
import type { DiagnoseOptions, Diagnosis } from './diagnosis/diagnosis.ts'
import type { TranscriptionEmitter } from './events.ts'
import type { Gate } from './gate.ts'
import type { Job, JobStatus } from './job.ts'
import type { Notifier } from './notifier.ts'
import type { JobQueue } from './queue.ts'
import type { TranscriptSource, VideoRef } from './source.ts'
import type { TranscriptionStorage } from './storage.ts'
import type { ActiveTranscript, StorageStats, WorkerRecord } from './storage-inspection.ts'
import type { Submission, SubmissionLimits } from './submission.ts'
import type { Track, Transcript } from './transcript.ts'
import type { WorkerOptions } from './worker/worker-options.ts'
import type { TranscriptionWorker } from './worker/worker.ts'

export interface TranscriptionServiceOptions {
  readonly storage: TranscriptionStorage
  readonly source: TranscriptSource
  /** @default a polling queue, which needs nothing */
  readonly queue?: JobQueue
  /**
   * Calls callback URLs: it judges those of submissions, and the workers of this service send with it what the ends of
   * jobs have stored. @default none: a submission with a callback URL is refused, and nothing is sent
   */
  readonly notifier?: Notifier
  readonly limits?: Partial<SubmissionLimits>
  /** @default an emitter of its own */
  readonly events?: TranscriptionEmitter
  /** @default the system's clock */
  readonly clock?: Clock
  /** Numbers from 0 to below 1, for jitter. @default Math.random */
  readonly random?: () => number
}

/** Every method throws {@link TranscriptionError} `storage_unavailable` when the storage cannot be reached. */
export interface TranscriptionService {
  /** Events of this process: its submissions, and what its own workers do. */
  readonly on: TranscriptionEmitter['on']

  /**
   * Stores a job for a list of videos. When it resolves, the job is durable: it will be worked on, whatever dies.
   *
   * A repetition with an idempotency key passes the same checks as the first time, so that one whose callback URL may not
   * be called any more is refused, although the job of then is there: {@link list} finds it.
   *
   * @returns `created: false` when the idempotency key was used before, with the job of then.
   * @throws {TranscriptionError} `invalid_input`, `unsupported_url`, `too_many_urls` (with `issues`), `callback_refused`,
   *   `idempotency_mismatch`. Nothing is stored then.
   */
  submit(submission: Submission): Promise<Submitted>

  /**
   * Opens the storage and asks it something small, so that a process knows whether it can work.
   *
   * @throws {TranscriptionError} `storage_unavailable`, `storage_incompatible`
   */
  ready(): Promise<void>

  /** @throws {TranscriptionError} `job_not_found`, also when it is another owner's. */
  get(id: string, options?: OwnerOption): Promise<Job>

  /**
   * Lists jobs, newest first, a page at a time.
   *
   * @throws {TranscriptionError} `invalid_input` when the cursor is not one that a page gave, or the limit is out of range.
   */
  list(options?: ListOptions): Promise<JobPage>

  /**
   * The transcripts of a job by position, read in small pages, so that a job of any size fits in memory.
   *
   * @param job - Its id, or the job as it was read a moment ago: then it is not read again.
   * @param options.withData - Whether to read the stored texts too. `@default false`
   * @throws {TranscriptionError} `job_not_found`
   */
  transcripts(job: string | Job, options?: TranscriptsOptions): AsyncIterable<Transcript>

  /**
   * One transcript of a job: the first of this video.
   *
   * @param options.withData - Whether to read the stored text too. `@default false`
   * @throws {TranscriptionError} `job_not_found`, `transcript_not_found`
   */
  transcript(id: string, videoId: string, options?: TranscriptsOptions): Promise<Transcript>

  /**
   * Cancels a job: what is completed stays, what is running is aborted: at once by workers of this process and, where the
   * queue carries notes, by those of others; within one renewal by all.
   * Cancelling a cancelled job again is fine.
   *
   * @throws {TranscriptionError} `job_not_found`, `already_finished`
   */
  cancel(id: string, options?: OwnerOption): Promise<Job>

  /**
   * Makes a new job from the failed and cancelled videos of an ended one. Each call makes one, unless it repeats the
   * idempotency key of another: that gives the job of then.
   *
   * @throws {TranscriptionError} `job_not_found`, `job_not_ended`; `invalid_input` when nothing of it failed, or its
   *   videos come from another source; `callback_refused`; `idempotency_mismatch` when the key was used for anything else.
   */
  retry(id: string, options?: RetryOptions): Promise<Submitted>

  /**
   * The deliveries of a job with their attempts, oldest first: none before its end, or without a callback URL.
   *
   * @throws {TranscriptionError} `job_not_found`
   */
  deliveries(id: string, options?: OwnerOption): Promise<readonly Delivery[]>

  /**
   * Sends a callback again, now and under the same id, whatever became of it before; the schedule begins anew. One that is
   * being sent at this moment is left alone.
   *
   * @throws {TranscriptionError} `job_not_found`, `delivery_not_found`
   */
  replay(id: string, deliveryId: string, options?: OwnerOption): Promise<Delivery>

  /**
   * The job whenever it has changed, beginning with now, until it has ended. Changes may be merged, the end is never
   * missed, whichever process made it.
   *
   * @throws {TranscriptionError} `job_not_found`; the reason of `signal` when it aborts.
   */
  watch(id: string, options?: WatchJobOptions): AsyncIterable<Job>

  /** Resolves with the job when it has ended. Throws like {@link watch}. */
  waitForEnd(id: string, options?: WatchJobOptions): Promise<Job>

  /** What is being worked on now, by the workers of all processes, the longest claimed first. */
  active(options?: ActiveOptions): Promise<readonly ActiveTranscript[]>

  /** The workers of all processes that were seen within a day, by name. */
  workers(): Promise<readonly WorkerRecord[]>

  /** How much there is to do, and which sources have a pause. Cheap enough to be asked every few seconds. */
  stats(): Promise<ServiceStats>

  /**
   * Deletes jobs that ended long ago, the longest ended first, with their transcripts and callbacks; in chunks, so that other
   * work goes on in between. Never an open job, and never one whose callback is still to be made.
   *
   * @returns how many jobs were deleted; where the signal aborts, until then.
   * @throws {TranscriptionError} `invalid_input` when the age is none.
   */
  purge(request: PurgeRequest): Promise<number>

  /**
   * Says which video a URL means to the source, without asking anybody.
   *
   * @param url - What a submission takes: a URL, or an id.
   * @returns `undefined` where it means none.
   */
  parse(url: string): VideoRef | undefined

  /**
   * Asks the source which caption tracks a video offers. Nothing is stored. It waits for its turn among the videos that this
   * process asks for, and does not ask while the source has a pause for all processes.
   *
   * @param url - What a submission takes: a URL, or an id.
   * @throws {TranscriptionError} `unsupported_url`; `not_supported` where the source cannot list tracks;
   *   `source_rate_limited` with `retryAt` while it has a pause; `source_timeout`, also where the storage hangs; what the source says of the video; the
   *   reason of `signal` when it aborts.
   */
  tracks(url: string, options?: TracksOptions): Promise<VideoTracks>

  /**
   * Finds out whether transcripts can be had from here, and what stands in their way: it looks at the storage and its
   * gates, and asks the source for one video that is known to have captions, each of its clients once. Nothing changes by
   * that, and behind a closed gate nothing is asked, unless `force` says so. It takes seconds, at most about a minute, and is
   * not for a loop: the source counts these requests, too.
   *
   * @throws the reason of `signal` when it aborts, and {@link TranscriptionError} `storage_unavailable` after {@link close}.
   *   A storage that cannot be reached is part of the answer.
   */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>

  /** Creates a worker on the same parts. It begins when it is started, and is stopped by {@link close}. */
  createWorker(options?: WorkerOptions): TranscriptionWorker

  /** Stops the workers, then closes queue and storage. Calling it twice is fine. */
  close(): Promise<void>
}

export interface ActiveOptions {
  /** How many at most, from 1 to 1000. @default 100 */
  readonly limit?: number
}

export interface TracksOptions {
  /** How long it may take, waiting for its turn included, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number
  /** Ends it when nobody wants the answer any more. */
  readonly signal?: AbortSignal
}

export interface VideoTracks {
  readonly videoId: string
  /** In the order of the source. */
  readonly tracks: readonly Track[]
}

export interface PurgeRequest {
  /** How long ago a job has ended at least, in milliseconds of the storage's clock. */
  readonly olderThanMs: number
  /** Ends the purge after the chunk in hand. */
  readonly signal?: AbortSignal
}

export interface ServiceStats extends StorageStats {
  /** The gates that were ever used, open ones too. */
  readonly gates: readonly Gate[]
}

export interface OwnerOption {
  /** Only a job of this owner. @default of any */
  readonly owner?: string
}

export interface TranscriptsOptions extends OwnerOption {
  /** Whether to read the stored texts too. @default false */
  readonly withData?: boolean
}

export interface RetryOptions extends OwnerOption {
  /** Repeating a retry with the same key gives the job that the first one made. @default each call makes a new job */
  readonly idempotencyKey?: string
}

export interface WatchJobOptions extends OwnerOption {
  /** Ends the wait. */
  readonly signal?: AbortSignal
}

export interface Submitted {
  readonly job: Job
  readonly created: boolean
}

export interface ListOptions extends OwnerOption {
  readonly status?: JobStatus
  /** Jobs on one page, from 1 to 1000. @default 50 */
  readonly limit?: number
  /** Where the page begins, as the page before gave it. @default the newest job */
  readonly cursor?: string
}

export interface JobPage {
  readonly jobs: readonly Job[]
  /** The cursor of the next page, when there is one. */
  readonly nextCursor?: string
}
