// The progress of a job as server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html
import { isJobEnded, jobSummary, type Clock, type Job, type TranscriptionService } from '@ytscriptify/core'
import { empty, headOnly, streamed, type Answer } from '../answers.ts'

export interface JobEventsOptions {
  readonly id: string
  readonly owner: string
  /** The header `Last-Event-ID`: what a client that comes back has seen already. Anything that is no version is nothing. */
  readonly lastEventId?: string | null
  /** Whether only the head is wanted. */
  readonly isHead?: boolean
  /** Ends the stream: the client has gone, or the server is to stop. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Told when the stream breaks off for a fault of ours. */
  readonly onFault: (error: unknown) => void
}

/**
 * The job now and after each change, as `event: job` with the job's version as `id`; when it has ended, `event: end`
 * follows and the stream closes. Changes that come faster than the client reads are merged; the end is never missed,
 * whichever process made it. A comment goes out every 15 seconds of silence, so that no proxy takes it for dead.
 *
 * A client that comes back with the version it saw last is told of the next one. One that has seen the end is answered
 * 204: that is how an `EventSource` is told not to come again.
 *
 * @throws {TranscriptionError} `job_not_found`, `storage_unavailable`: only before the stream has begun. After that it
 *   waits for a storage that is away.
 */
export async function jobEvents(service: TranscriptionService, options: JobEventsOptions): Promise<Answer> {
  const { id, owner, lastEventId, isHead = false, signal } = options
  const stop = new AbortController()
  // Asked for the first time here, and not by the reader: what stands in the way is a problem, not a broken stream.
  const changes = service.watch(id, { owner, signal: AbortSignal.any([signal, stop.signal]) })[Symbol.asyncIterator]()
  const first = await changes.next()
  const job = first.done === true ? undefined : first.value
  const hasSeenAll = job !== undefined && String(job.version) === lastEventId
  const hasEnded = job !== undefined && isJobEnded(job.status)
  const hasSeenEnd = hasEnded && hasSeenAll
  // What is not asked to its end keeps listening.
  if (isHead || hasEnded) await changes.return?.()
  if (hasSeenEnd) return empty(204, NOT_KEPT)
  if (isHead) return headOnly(HEADERS)
  const begin = OPENING + (job && !hasSeenAll ? eventsOf(job) : '')
  return streamed(streamOf(begin, changes, { ...options, stop, hasEnded }), HEADERS)
}

const NOT_KEPT = { 'cache-control': 'no-cache, no-store' } as const

const HEADERS = {
  'content-type': 'text/event-stream',
  ...NOT_KEPT,
  // nginx would keep events back until its buffer is full. https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
  'x-accel-buffering': 'no',
} as const

/** When to come back after the connection was lost, in milliseconds. */
const OPENING = 'retry: 3000\n\n'

const PING = ': ping\n\n'
const PING_EVERY_MS = 15_000

function eventsOf(job: Job): string {
  const event = `event: job\nid: ${job.version}\ndata: ${JSON.stringify(jobSummary(job))}\n\n`
  if (!isJobEnded(job.status)) return event
  return `${event}event: end\nid: ${job.version}\ndata: ${JSON.stringify({ job_id: job.id, status: job.status })}\n\n`
}

interface StreamParts extends JobEventsOptions {
  /** Ends the watching when nobody reads any more. */
  readonly stop: AbortController
  /** Whether the beginning says that the job has ended. */
  readonly hasEnded: boolean
}

function streamOf(
  begin: string,
  changes: AsyncIterator<Job>,
  { stop, hasEnded, signal, clock, onFault }: StreamParts,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let next: Promise<IteratorResult<Job>> | undefined

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(begin))
        if (hasEnded) controller.close()
      },

      async pull(controller) {
        try {
          next ??= changes.next()
          const result = await orPing(next)
          if (result === PING) {
            controller.enqueue(encoder.encode(PING))
            return
          }
          next = undefined
          if (result.done !== true) controller.enqueue(encoder.encode(eventsOf(result.value)))
          if (result.done !== true && !isJobEnded(result.value.status)) return
          controller.close()
          await changes.return?.()
        } catch (error) {
          if (stop.signal.aborted) return
          if (signal.aborted) {
            controller.close()
            return
          }
          onFault(error)
          controller.error(error)
        }
      },

      async cancel() {
        stop.abort(new Error('Nobody reads the events any more.'))
        await changes.return?.()
      },
    },
    // A change is looked for when the client has taken the last one.
    { highWaterMark: 0 },
  )

  async function orPing(change: Promise<IteratorResult<Job>>): Promise<IteratorResult<Job> | typeof PING> {
    const settled = new AbortController()
    try {
      return await Promise.race([change, silence(settled.signal)])
    } finally {
      settled.abort()
    }
  }

  /** Rejects when it is not needed any more; the race is over then. */
  async function silence(over: AbortSignal): Promise<typeof PING> {
    await clock.sleep(PING_EVERY_MS, over)
    return PING
  }
}
