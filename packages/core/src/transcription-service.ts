// The front of the library: hand in URLs, look at jobs, wait for their end.
import { systemClock, type Clock } from './clock.ts'
import type { Delivery } from './delivery.ts'
import { TranscriptionError } from './errors.ts'
import { createEmitter, type TranscriptionEmitter } from './events.ts'
import { isJobEnded, type Job, type JobStatus } from './job.ts'
import { cursorOf, parseCursor } from './job-cursor.ts'
import type { Notifier } from './notifier.ts'
import { pollingQueue } from './polling-queue.ts'
import type { JobQueue } from './queue.ts'
import { readTranscripts } from './read-transcripts.ts'
import type { TranscriptSource } from './source.ts'
import type { JobQuery, NewJob, TranscriptionStorage } from './storage.ts'
import {
  DEFAULT_LIMITS,
  checkedLimits,
  jobOfSubmission,
  newTranscriptsOf,
  retryIdempotency,
  type Submission,
  type SubmissionLimits,
} from './submission.ts'
import type { Transcript } from './transcript.ts'
import { uuidV7 } from './uuid-v7.ts'
import { watchJob } from './watch-job.ts'
import type { WorkerOptions } from './worker/worker-options.ts'
import { createWorker, type TranscriptionWorker } from './worker/worker.ts'

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
   * Cancels a job: what is completed stays, what is running is aborted within one renewal, in every process.
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

  /** Creates a worker on the same parts. It begins when it is started, and is stopped by {@link close}. */
  createWorker(options?: WorkerOptions): TranscriptionWorker

  /** Stops the workers, then closes queue and storage. Calling it twice is fine. */
  close(): Promise<void>
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

/** Assembles the service. Nothing is opened before the first call. */
export function createTranscriptionService(options: TranscriptionServiceOptions): TranscriptionService {
  const { storage, source, notifier, clock = systemClock, random = Math.random, events = createEmitter() } = options
  const { queue = pollingQueue({ clock }) } = options
  const limits = checkedLimits({ ...DEFAULT_LIMITS, ...options.limits })
  const workers = new Set<TranscriptionWorker>()
  let closed: Promise<void> | undefined

  return {
    on: events.on,

    async submit(submission) {
      if (closed) throw closedError()
      const job = jobOfSubmission(submission, { source, limits, id: uuidV7(clock.now()) })
      if (job.callbackUrl !== undefined) await checkCallback(job.callbackUrl)
      return insert(job)
    },

    async ready() {
      if (closed) throw closedError()
      await storage.ready()
      // What was opened may have gone away since: only an answer tells.
      await storage.getJob({ id: NO_JOB })
    },

    get: (id, { owner } = {}) => getJob(queryOf(id, owner)),

    async list({ owner, status, limit = 50, cursor } = {}) {
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) throw badLimit(limit)
      const after = cursor === undefined ? undefined : parseCursor(cursor)
      const page = await storage.listJobs({
        limit,
        ...(owner !== undefined && { owner }),
        ...(status && { status }),
        ...(after && { after }),
      })
      return { jobs: page.jobs, ...(page.next && { nextCursor: cursorOf(page.next) }) }
    },

    async *transcripts(job, { owner, withData = false } = {}) {
      const found = typeof job === 'string' ? await getJob(queryOf(job, owner)) : job
      if (owner !== undefined && found.owner !== owner) throw jobNotFound(found.id)
      yield* readTranscripts(storage, found, { withData })
    },

    async transcript(id, videoId, { owner, withData = false } = {}) {
      await getJob(queryOf(id, owner))
      const [transcript] = await storage.listTranscripts({ jobId: id, videoId, limit: 1, withData })
      if (!transcript) throw new TranscriptionError('transcript_not_found', `Job ${id} has no video ${videoId}.`)
      return transcript
    },

    async cancel(id, { owner } = {}) {
      const cancelled = await storage.cancelJob(queryOf(id, owner))
      if (!cancelled) throw jobNotFound(id)
      const { job, changed } = cancelled
      if (changed) events.emit('job.cancelled', { job })
      else if (job.status !== 'cancelled')
        throw new TranscriptionError('already_finished', `Job ${id} has ended already: it is ${job.status}.`)
      return job
    },

    async retry(id, { owner, idempotencyKey } = {}) {
      if (closed) throw closedError()
      const idempotency = idempotencyKey === undefined ? undefined : retryIdempotency(id, idempotencyKey)
      const job = await getJob(queryOf(id, owner))
      if (!isJobEnded(job.status))
        throw new TranscriptionError(
          'job_not_ended',
          `Job ${id} is still ${job.status}; wait for its end, or cancel it.`,
        )
      if (job.source !== source.id) throw otherSource(job, source.id)
      const statuses = ['failed', 'cancelled'] as const
      const videos = await storage.listTranscripts({ jobId: id, statuses })
      if (videos.length === 0)
        throw new TranscriptionError('invalid_input', `Job ${id} has no failed or cancelled video to retry.`)
      if (job.callbackUrl !== undefined) await checkCallback(job.callbackUrl)
      return insert({ ...retryJobOf(job, videos), ...(idempotency && { idempotency }) })
    },

    async deliveries(id, { owner } = {}) {
      await getJob(queryOf(id, owner))
      return storage.listDeliveries(id)
    },

    async replay(id, deliveryId, { owner } = {}) {
      await getJob(queryOf(id, owner))
      const delivery = await storage.replayDelivery({ id: deliveryId, jobId: id })
      if (!delivery) throw new TranscriptionError('delivery_not_found', `Job ${id} has no delivery ${deliveryId}.`)
      events.emit('delivery.replayed', { delivery })
      return delivery
    },

    watch,

    async waitForEnd(id, waitOptions) {
      for await (const job of watch(id, waitOptions)) {
        if (isJobEnded(job.status)) return job
      }
      throw new Error('A watched job ends with its end.')
    },

    createWorker(workerOptions) {
      if (closed) throw closedError()
      const parts = { storage, source, queue, events, clock, random, ...(notifier && { notifier }) }
      const worker = createWorker(parts, workerOptions)
      workers.add(worker)
      return worker
    },

    close() {
      closed ??= close()
      return closed
    },
  }

  function watch(id: string, { owner, signal }: WatchJobOptions = {}): AsyncIterable<Job> {
    return watchJob(() => getJob(queryOf(id, owner)), { id, events, clock, ...(signal && { signal }) })
  }

  async function insert(job: NewJob): Promise<Submitted> {
    const inserted = await storage.insertJob(job)
    if (inserted.created) {
      events.emit('job.created', { job: inserted.job })
      await pushHint(job.source)
    } else if (inserted.job.idempotency?.hash !== job.idempotency?.hash) {
      throw new TranscriptionError(
        'idempotency_mismatch',
        `The idempotency key was used before, for another request: job ${inserted.job.id}.`,
      )
    }
    return inserted
  }

  /** The job is stored: a queue that fails must not make it look refused, or it would be submitted twice. */
  async function pushHint(source: string): Promise<void> {
    try {
      await queue.push({ source })
    } catch (error) {
      events.emit('engine.error', { error, during: 'hint' })
    }
  }

  async function checkCallback(url: string): Promise<void> {
    if (!notifier)
      throw new TranscriptionError(
        'callback_refused',
        'A callback URL was given, but nothing here is set up to call it.',
      )
    await notifier.check(url)
  }

  async function getJob(query: JobQuery): Promise<Job> {
    const job = await storage.getJob(query)
    if (!job) throw jobNotFound(query.id)
    return job
  }

  function retryJobOf(job: Job, videos: readonly Transcript[]): NewJob {
    const { owner, request, reuse, callbackUrl, timeoutMs } = job
    return {
      id: uuidV7(clock.now()),
      owner,
      source: job.source,
      request,
      reuse,
      retryOf: job.id,
      timeoutMs,
      maxAgeMs: limits.maxJobAgeMs,
      transcripts: newTranscriptsOf(videos, { source, request }),
      ...(callbackUrl !== undefined && { callbackUrl }),
    }
  }

  async function close(): Promise<void> {
    try {
      await Promise.all([...workers].map((worker) => worker.stop()))
      await queue.close()
    } finally {
      await storage.close()
    }
  }
}

const queryOf = (id: string, owner: string | undefined): JobQuery => (owner === undefined ? { id } : { id, owner })

/** An id that no job has: looking for it is the cheapest question. */
const NO_JOB = '00000000-0000-0000-0000-000000000000'

const otherSource = ({ id, source }: Job, ours: string): TranscriptionError =>
  new TranscriptionError('invalid_input', `Job ${id} is of the source "${source}", and this service asks "${ours}".`)

const closedError = (): TranscriptionError =>
  new TranscriptionError('storage_unavailable', 'The service is closed.', {
    hint: 'Create a new service.',
    retryable: false,
  })

const jobNotFound = (id: string): TranscriptionError =>
  new TranscriptionError('job_not_found', `There is no job ${id}.`)

const MAX_PAGE = 1_000

function badLimit(limit: number): TranscriptionError {
  const message = `${limit} is not a number of jobs from 1 to ${MAX_PAGE}`
  return new TranscriptionError('invalid_input', `limit: ${message}.`, {
    issues: [{ path: ['limit'], code: 'invalid_input', message }],
  })
}
