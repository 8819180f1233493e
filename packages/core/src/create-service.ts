// Assembles the service from its parts.
import { systemClock } from './clock.ts'
import { TranscriptionError, invalidInput } from './errors.ts'
import { createEmitter } from './events.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import { isJobEnded, type Job } from './job.ts'
import { createJobChanges } from './job-changes.ts'
import { cursorOf, parseCursor } from './job-cursor.ts'
import { listTracks } from './list-tracks.ts'
import { pollingQueue } from './polling-queue.ts'
import { ageIssueOf, purgeJobs } from './purge-jobs.ts'
import { readTranscripts } from './read-transcripts.ts'
import type { NewJob } from './new-job.ts'
import type { JobQuery } from './storage.ts'
import { DEFAULT_LIMITS, checkedLimits, jobOfSubmission, newTranscriptsOf, retryIdempotency } from './submission.ts'
import type { Transcript } from './transcript.ts'
import type {
  Submitted,
  TranscriptionService,
  TranscriptionServiceOptions,
  WatchJobOptions,
} from './transcription-service.ts'
import { uuidV7 } from './uuid-v7.ts'
import { watchJob } from './watch-job.ts'
import { workerSettings } from './worker/worker-options.ts'
import { createWorkerWith, type TranscriptionWorker } from './worker/worker.ts'

/** Assembles the service. Nothing is opened before the first call. */
export function createTranscriptionService(options: TranscriptionServiceOptions): TranscriptionService {
  const { storage, source, notifier, clock = systemClock, random = Math.random, events = createEmitter() } = options
  const { queue = pollingQueue({ clock }) } = options
  const limits = checkedLimits({ ...DEFAULT_LIMITS, ...options.limits })
  const changes = createJobChanges({ queue, events, clock })
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
      if (!isPage(limit)) throw badLimit(limit, 'jobs')
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

    async active({ limit = 100 } = {}) {
      if (!isPage(limit)) throw badLimit(limit, 'transcripts')
      return storage.listActive({ limit })
    },

    workers: () => storage.listWorkers(),

    async stats() {
      const [stats, gates] = await Promise.all([storage.stats(), storage.listGates()])
      return { ...stats, gates }
    },

    async purge({ olderThanMs, signal }) {
      const issue = ageIssueOf('olderThanMs', olderThanMs)
      if (issue) throw invalidInput([issue])
      return purgeJobs({ storage, events, olderThanMs, ...(signal && { signal }) })
    },

    parse: (url) => source.parse(url),

    async tracks(url, tracksOptions = {}) {
      if (closed) throw closedError()
      return listTracks(url, { ...tracksOptions, source, storage, clock })
    },

    async diagnose(diagnoseOptions = {}) {
      if (closed) throw closedError()
      return diagnose({ source, storage, clock }, diagnoseOptions)
    },

    createWorker(workerOptions = {}) {
      if (closed) throw closedError()
      const parts = { storage, source, queue, changes, events, clock, random, ...(notifier && { notifier }) }
      const worker = createWorkerWith(parts, workerSettings(workerOptions))
      workers.add(worker)
      return worker
    },

    close() {
      closed ??= close()
      return closed
    },
  }

  function watch(id: string, { owner, signal }: WatchJobOptions = {}): AsyncIterable<Job> {
    return watchJob(() => getJob(queryOf(id, owner)), { id, changes, events, clock, ...(signal && { signal }) })
  }

  async function insert(job: NewJob): Promise<Submitted> {
    const inserted = await storage.insertJob(job)
    if (inserted.created) {
      events.emit('job.created', { job: inserted.job })
      await pushHint(job)
    } else if (inserted.job.idempotency?.hash !== job.idempotency?.hash) {
      throw new TranscriptionError(
        'idempotency_mismatch',
        `The idempotency key was used before, for another request: job ${inserted.job.id}.`,
      )
    }
    return inserted
  }

  /** The job is stored: a queue that fails must not make it look refused, or it would be submitted twice. */
  async function pushHint({ source, transcripts }: NewJob): Promise<void> {
    try {
      await queue.push({ source, count: transcripts.filter(({ duplicateOf }) => duplicateOf === undefined).length })
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
      await changes.close()
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

const isPage = (limit: number): boolean => Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE

function badLimit(limit: number, things: string): TranscriptionError {
  const message = `${limit} is not a number of ${things} from 1 to ${MAX_PAGE}`
  return invalidInput([{ path: ['limit'], code: 'invalid_input', message }])
}
