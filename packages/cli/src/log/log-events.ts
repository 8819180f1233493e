// What a server or a worker writes to its log about the events of its process.
import { inspect } from 'node:util'
import {
  systemClock,
  type Delivery,
  type ErrorRecord,
  type Job,
  type TranscriptEvent,
  type TranscriptionEmitter,
} from '@ytscriptify/core'
import type { Log, LogFields } from './log.ts'
import { createRepeatedErrors } from './repeated-errors.ts'

export function logEvents({ on }: Pick<TranscriptionEmitter, 'on'>, log: Log): void {
  const errors = createRepeatedErrors({ now: systemClock.now })
  on('job.created', ({ job }) =>
    log.write('info', 'job.created', { job: job.id, owner: job.owner, videos: job.counts.total }),
  )
  on('job.processing', ({ jobId }) => log.write('info', 'job.processing', { job: jobId }))
  for (const name of ['job.completed', 'job.failed', 'job.cancelled'] as const)
    on(name, ({ job }) => log.write('info', name, jobFields(job)))
  on('transcript.completed', (event) =>
    log.write('info', 'transcript.completed', { ...transcriptFields(event), ...(event.reused && { reused: true }) }),
  )
  on('transcript.failed', (event) =>
    log.write('warn', 'transcript.failed', { ...transcriptFields(event), ...errorFields(event.error) }),
  )
  on('transcript.retrying', (event) => {
    const seconds = Math.round(event.afterMs / 1_000)
    log.write('info', 'transcript.retrying', {
      ...transcriptFields(event),
      after_s: seconds,
      ...errorFields(event.error),
    })
  })
  on('transcript.stale', (event) =>
    log.write('warn', 'transcript.stale', { ...transcriptFields(event), attempt: event.attempt }),
  )
  on('attempt.ended', (event) => {
    const { attempt, outcome, code, durationMs, reused } = event
    const ms = Math.round(durationMs)
    const told = { attempt, outcome, ...(code && { code }), ms, ...(reused && { reused }) }
    log.write('debug', 'attempt.ended', { ...transcriptFields(event), ...told })
  })
  on('delivery.succeeded', ({ delivery }) =>
    log.write('info', 'delivery.succeeded', { ...deliveryFields(delivery), status: delivery.attempts.at(-1)?.status }),
  )
  on('delivery.retrying', ({ delivery, reason, afterMs }) =>
    log.write('warn', 'delivery.retrying', {
      ...deliveryFields(delivery),
      after_s: Math.round(afterMs / 1_000),
      message: reason,
    }),
  )
  on('delivery.failed', ({ delivery, reason }) =>
    log.write('error', 'delivery.failed', { ...deliveryFields(delivery), message: reason }),
  )
  on('gate.closed', ({ gate, until, error }) =>
    log.write('warn', 'gate.closed', { gate: gate.key, until: until.toISOString(), ...errorFields(error) }),
  )
  on('gate.opened', ({ gate }) => log.write('info', 'gate.opened', { gate: gate.key }))
  on('jobs.purged', ({ count }) => log.write('info', 'jobs.purged', { jobs: count }))
  on('engine.error', ({ error, during }) => {
    const message = error instanceof Error ? error.message : String(error)
    log.write('debug', 'engine.error', { during, error: inspect(error) })
    const telling = errors.tell(during, message)
    if (!telling) return
    const { before } = telling
    log.write('error', 'engine.error', { during, message, ...(before > 0 && { repeated: before }) })
  })
}

const transcriptFields = ({ jobId, position, videoId }: TranscriptEvent): LogFields => ({
  job: jobId,
  position,
  video: videoId,
})

/** Of its URL only the receiver: paths and queries of callbacks are often secrets. */
const deliveryFields = ({ id, jobId, receiver, attempt }: Delivery): LogFields => ({
  delivery: id,
  job: jobId,
  receiver,
  attempt,
})

const errorFields = ({ code, message }: ErrorRecord): LogFields => ({ code, message })

const jobFields = ({ id, counts }: Job): LogFields => ({
  job: id,
  completed: counts.completed,
  failed: counts.failed,
  cancelled: counts.cancelled,
})
