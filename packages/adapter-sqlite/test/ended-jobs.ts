// Jobs whose callbacks wait to be sent.
import { claimOf, contentOf, jobOf } from '@ytscriptify/core/testing'
import type { TranscriptionStorage } from '@ytscriptify/core'

/** Stores and ends jobs of one video each. Gives their ids. */
export async function endJobs(
  storage: TranscriptionStorage,
  count: number,
  callbackUrlOf: (index: number) => string,
): Promise<readonly string[]> {
  const jobs = Array.from({ length: count }, (_, index) => jobOf('dQw4w9WgXcQ', { callbackUrl: callbackUrlOf(index) }))
  await Promise.all(jobs.map((job) => storage.insertJob(job)))
  const { transcripts } = await storage.claim(claimOf({ limit: count }))
  const outcome = { type: 'completed' as const, content: contentOf('A text.') }
  await Promise.all(transcripts.map(({ lease }) => storage.settle({ lease, outcome })))
  return jobs.map(({ id }) => id)
}
