// The routes that limits apply to, so that limits can be checked where there is no API yet. Those that are open to
// everybody have none; `/readyz` is open, unless it is asked to look deeper. A test holds the list against the API.
export const LIMITED_ROUTES = [
  'POST /transcribe',
  'GET /job_status/{id}',
  'DELETE /job_status/{id}',
  'GET /jobs',
  'GET /job_status/{id}/transcripts/{video_id}',
  'GET /job_status/{id}/transcripts',
  'GET /videos/{id}/tracks',
  'GET /job_status/{id}/events',
  'POST /job_status/{id}/retry',
  'GET /job_status/{id}/deliveries',
  'POST /job_status/{id}/deliveries/{delivery_id}/replay',
  'GET /inspect/active',
  'GET /inspect/stats',
  'GET /inspect/workers',
  'GET /readyz',
  'GET /metrics',
] as const
