// Who works on what and how much there is to do, as answers show it.
import type { ActiveTranscript, ServiceStats, WorkerRecord } from '@ytscriptify/core'
import { z } from 'zod'
import { count, instant, uuid } from './values.ts'

const activeTranscript = z
  .strictObject({
    job_id: uuid,
    owner: z.string(),
    position: count.meta({ description: 'In the submitted list, from 0.' }),
    video_id: z.string(),
    url: z.string(),
    source: z.string().meta({ example: 'youtube' }),
    attempt: z.int().min(1),
    worker: z.strictObject({
      id: z.string(),
      name: z.string().nullable().meta({ description: 'Null where the worker is not known any more.' }),
    }),
    since: instant.meta({ description: 'When it was claimed.' }),
    lease_until: instant.meta({ description: 'When the claim runs out unless it is renewed.' }),
    failures: count,
    crashes: count.meta({ description: 'How often a worker died with it.' }),
  })
  .meta({ id: 'ActiveTranscript' })

export const activeList = z
  .strictObject({
    active: z.array(activeTranscript).meta({ description: 'The caller’s, the longest claimed first.' }),
    others: z
      .strictObject({ count })
      .meta({ description: 'Of other owners it is only told how many of their videos are being worked on.' }),
    truncated: z.boolean().meta({ description: 'Whether there are more than are shown and counted.' }),
  })
  .meta({ id: 'ActiveList' })

const worker = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    host: z.string().nullable().meta({ description: 'The machine that it runs on, where it said so.' }),
    started_at: instant,
    seen_at: instant,
    lease_ms: count,
    is_lost: z.boolean().meta({ description: 'Whether it has not been seen for two of its leases.' }),
    active: count.meta({ description: 'How many videos it holds, of all owners.' }),
  })
  .meta({ id: 'Worker' })

export const workerList = z
  .strictObject({ workers: z.array(worker).meta({ description: 'Those that were seen within a day, by name.' }) })
  .meta({ id: 'WorkerList' })

const work = {
  due: count.meta({ description: 'Could be begun now, unless their gate is closed.' }),
  waiting: count.meta({ description: 'Wait for their next attempt.' }),
  processing: count,
}
const oldestDue = count.nullable().meta({ description: 'How long the next in line has been due; null when none is.' })

const gate = z
  .strictObject({
    key: z.string(),
    source: z.string(),
    closed_until: instant.nullable().meta({
      description:
        'Null while it is open. A moment that has passed: one attempt at a time tries whether the source lets us in again.',
    }),
  })
  .meta({ id: 'Gate' })

export const stats = z
  .strictObject({
    jobs: z.strictObject({ pending: count, processing: count }).meta({ description: 'Those that have not ended.' }),
    transcripts: z.strictObject(work),
    oldest_due_ms: oldestDue,
    deliveries: z.strictObject({ ...work, oldest_due_ms: oldestDue }),
    last_minute: z
      .strictObject({ jobs: count, completed: count, failed: count, cancelled: count })
      .meta({ description: 'Jobs that ended within the last minute, and how their videos ended.' }),
    gates: z.array(gate),
  })
  .meta({ id: 'Stats', description: 'Of all owners. What says 100000 may be more.' })

export const activeJson = (transcript: ActiveTranscript): z.input<typeof activeTranscript> => ({
  job_id: transcript.jobId,
  owner: transcript.owner,
  position: transcript.position,
  video_id: transcript.videoId,
  url: transcript.url,
  source: transcript.source,
  attempt: transcript.attempt,
  worker: { id: transcript.worker.id, name: transcript.worker.name ?? null },
  since: transcript.since.toISOString(),
  lease_until: transcript.leaseUntil.toISOString(),
  failures: transcript.failures,
  crashes: transcript.crashes,
})

export const workerJson = (record: WorkerRecord): z.input<typeof worker> => ({
  id: record.id,
  name: record.name,
  host: record.host ?? null,
  started_at: record.startedAt.toISOString(),
  seen_at: record.seenAt.toISOString(),
  lease_ms: record.leaseMs,
  is_lost: record.isLost,
  active: record.active,
})

export const statsJson = (found: ServiceStats): z.input<typeof stats> => ({
  jobs: { pending: found.jobs.pending, processing: found.jobs.processing },
  transcripts: workJson(found.transcripts),
  oldest_due_ms: found.oldestDueMs ?? null,
  deliveries: { ...workJson(found.deliveries), oldest_due_ms: found.deliveries.oldestDueMs ?? null },
  last_minute: found.lastMinute,
  gates: found.gates.map(({ key, source, closedUntil }) => ({
    key,
    source,
    closed_until: closedUntil === undefined ? null : new Date(closedUntil).toISOString(),
  })),
})

const workJson = ({ due, waiting, processing }: ServiceStats['transcripts']) => ({ due, waiting, processing })
