// Ids as they stand in paths. What cannot be an id is not found, without asking the storage.
import { HttpProblem } from './problem.ts'
import type { Call } from './route.ts'

/** @throws {HttpProblem} `job_not_found` */
export function jobIdOf({ params, aboutJob }: Call): string {
  const id = params['id'] ?? ''
  if (!UUID.test(id)) throw new HttpProblem('job_not_found', 'There is no such job: its id is a UUID.')
  const jobId = id.toLowerCase()
  aboutJob(jobId)
  return jobId
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** @throws {HttpProblem} `transcript_not_found` */
export function videoIdOf({ params }: Call): string {
  const id = params['video_id'] ?? ''
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) throw new HttpProblem('transcript_not_found', 'The job has no such video.')
  return id
}

/** @throws {HttpProblem} `delivery_not_found` */
export function deliveryIdOf({ params }: Call): string {
  const id = params['delivery_id'] ?? ''
  if (!/^[\w-]{1,255}$/.test(id)) throw new HttpProblem('delivery_not_found', 'The job has no such delivery.')
  return id
}
