// What is going on, as programs read it: the same names as in the answers of the HTTP API.
import type { ActiveTranscript, ServiceStats, WorkerRecord } from '@ytscriptify/core'

export const activeJson = (transcript: ActiveTranscript) => ({
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

export const workerJson = (worker: WorkerRecord) => ({
  id: worker.id,
  name: worker.name,
  host: worker.host ?? null,
  started_at: worker.startedAt.toISOString(),
  seen_at: worker.seenAt.toISOString(),
  lease_ms: worker.leaseMs,
  is_lost: worker.isLost,
  active: worker.active,
})

export const statsJson = ({ jobs, transcripts, oldestDueMs, deliveries, lastMinute, gates }: ServiceStats) => ({
  jobs,
  transcripts,
  oldest_due_ms: oldestDueMs ?? null,
  deliveries: {
    due: deliveries.due,
    waiting: deliveries.waiting,
    processing: deliveries.processing,
    oldest_due_ms: deliveries.oldestDueMs ?? null,
  },
  last_minute: lastMinute,
  gates: gates.map(({ key, source, closedUntil }) => ({
    key,
    source,
    closed_until: closedUntil === undefined ? null : new Date(closedUntil).toISOString(),
  })),
})
