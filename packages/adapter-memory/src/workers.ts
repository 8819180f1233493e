// Which workers are alive, and what was taken from those that seemed dead.
import { STORAGE_RULES, type Lease, type RenewOptions, type Worker } from '@ytscriptify/core'
import { touch } from './job-row.ts'
import { laneOfRow, type Memory } from './memory.ts'
import { isCurrent } from './transcript-row.ts'
import type { TranscriptRow } from './rows.ts'

const { leasesUntilLost, forgottenAfterMs } = STORAGE_RULES

export function markSeen({ workers }: Memory, worker: Worker, now: number): void {
  workers.set(worker.id, { worker, startedAt: workers.get(worker.id)?.startedAt ?? now, seenAt: now })
}

export function renew(memory: Memory, { worker, leases }: RenewOptions): Lease[] {
  const now = memory.now()
  markSeen(memory, worker, now)
  giveCrashesBack(memory, worker.id, now)
  return leases.filter((lease) => {
    const row = memory.transcripts.get(lease.transcriptId)
    if (!row || !isCurrent(row, lease) || row.state.status !== 'processing') return false
    if (row.state.worker !== worker.id) return false
    row.state.leaseUntil = now + worker.leaseMs
    return true
  })
}

/** Notes who had a row when its lease ran out. */
export function markLost({ lostBy }: Memory, row: TranscriptRow, workerId: string): void {
  forgetLoss({ lostBy }, row)
  row.lostBy = workerId
  lostBy.set(workerId, (lostBy.get(workerId) ?? new Set()).add(row))
}

export function forgetLoss({ lostBy }: Pick<Memory, 'lostBy'>, row: TranscriptRow): void {
  if (row.lostBy === undefined) return
  const rows = lostBy.get(row.lostBy)
  rows?.delete(row)
  if (rows?.size === 0) lostBy.delete(row.lostBy)
  delete row.lostBy
}

/** It only paused, and nothing had crashed. */
function giveCrashesBack(memory: Memory, workerId: string, now: number): void {
  for (const row of memory.lostBy.get(workerId) ?? []) {
    const lane = laneOfRow(memory, row)
    const isPending = row.state.status === 'pending'
    if (isPending) lane.remove(row)
    row.crashes -= 1
    if (isPending) lane.add(row, now)
    forgetLoss(memory, row)
    touch(row.job, now)
  }
}

export function isDead({ workers }: Memory, workerId: string, now: number): boolean {
  const seen = workers.get(workerId)
  return !seen || seen.seenAt + leasesUntilLost * seen.worker.leaseMs <= now
}

export function forgetOldWorkers({ workers }: Memory, now: number): void {
  for (const [id, { seenAt }] of workers) if (seenAt + forgottenAfterMs <= now) workers.delete(id)
}
