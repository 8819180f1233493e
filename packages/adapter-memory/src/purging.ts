// How jobs are deleted that ended long ago.
import type { PurgeOptions } from '@ytscriptify/core'
import { idempotencyKeyOf, type Memory } from './memory.ts'
import type { JobRow } from './rows.ts'

export function purgeJobs(memory: Memory, { olderThanMs, limit }: PurgeOptions): number {
  const before = memory.now() - olderThanMs
  const purged = new Set<JobRow>()
  for (const job of memory.jobsByEnd.rows) {
    if (purged.size >= limit || job.updatedAt > before) break
    if (!hasOpenDelivery(memory, job)) purged.add(job)
  }
  if (purged.size === 0) return 0
  for (const job of purged) forget(memory, job)
  memory.jobsByAge.remove(purged)
  memory.jobsByEnd.remove(purged)
  return purged.size
}

const hasOpenDelivery = ({ deliveriesByJob }: Memory, { input }: JobRow): boolean =>
  deliveriesByJob.get(input.id)?.some(({ state }) => state.status === 'pending' || state.status === 'sending') ?? false

function forget(memory: Memory, { input, transcripts }: JobRow): void {
  const { id, owner, idempotency } = input
  memory.jobs.delete(id)
  if (idempotency) memory.jobsByIdempotencyKey.delete(idempotencyKeyOf(owner, idempotency.key))
  for (const row of transcripts) {
    memory.transcripts.delete(row.id)
    if (row.input.duplicateOf === undefined) memory.reusable.remove(row)
  }
  for (const delivery of memory.deliveriesByJob.get(id) ?? []) memory.deliveries.delete(delivery.id)
  memory.deliveriesByJob.delete(id)
}
