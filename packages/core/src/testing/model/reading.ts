// What is found again: jobs in pages, texts that spare a fetch. And what is deleted.
import type { ListJobsQuery, PurgeOptions, ReuseLookup } from '../../storage.ts'
import { allTranscripts, hasEnded, isOriginal, type Model, type ModelJob, type ModelTranscript } from './state.ts'

/** Newest first. */
export function jobsInOrder({ jobs }: Model, { owner, status }: Pick<ListJobsQuery, 'owner' | 'status'>): ModelJob[] {
  return jobs
    .filter((job) => (owner === undefined || job.input.owner === owner) && (!status || job.status === status))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.input.id < b.input.id ? 1 : -1))
}

/** The youngest that fits. */
export function findReusable(model: Model, lookup: ReuseLookup): ModelTranscript | undefined {
  const { source, requestKey, owner, maxAgeMs } = lookup
  const fetchedAtOf = ({ result }: ModelTranscript): number => result?.fetchedAt ?? -Infinity
  const [youngest] = allTranscripts(model)
    .filter(({ input, job }) => input.requestKey === requestKey && job.input.source === source)
    .filter(({ job }) => owner === undefined || job.input.owner === owner)
    .filter((one) => isOriginal(one) && fetchedAtOf(one) >= model.now - maxAgeMs)
    .toSorted((a, b) => fetchedAtOf(b) - fetchedAtOf(a) || b.order - a.order)
  model.note(youngest ? 'a text found again' : 'no text found')
  return youngest
}

/** The longest ended first. @returns how many were deleted. */
export function purge(model: Model, { olderThanMs, limit }: PurgeOptions): number {
  const deleted = model.jobs
    .filter((job) => hasEnded(job) && job.updatedAt <= model.now - olderThanMs)
    .filter(({ delivery }) => delivery?.status !== 'pending' && delivery?.status !== 'sending')
    .toSorted((a, b) => a.updatedAt - b.updatedAt || (a.input.id < b.input.id ? -1 : 1))
    .slice(0, limit)
  model.jobs = model.jobs.filter((job) => !deleted.includes(job))
  if (deleted.length > 0) model.note('a purge')
  return deleted.length
}
