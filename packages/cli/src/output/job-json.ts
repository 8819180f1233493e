// A job as a JSON object, with the names of the HTTP API.
import type { Job } from '@ytscriptify/core'

export const jobJson = ({ id, status, createdAt, updatedAt, endedAt, counts, error, retryOf, request }: Job) => ({
  job_id: id,
  status,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
  completed_at: endedAt?.toISOString() ?? null,
  counts,
  languages: request.languages,
  kind: request.kind,
  retry_of: retryOf ?? null,
  error: error ?? null,
})
