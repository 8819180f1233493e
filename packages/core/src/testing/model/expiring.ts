// What is overdue: leases that have run out, videos that keep killing their workers, jobs past their deadline.
import { deadlineErrorOf, workerLostErrorOf } from '../../end-errors.ts'
import type { ErrorRecord } from '../../errors.ts'
import { end, endJobIfDone } from './ending.ts'
import { charge, putBack } from './settling.ts'
import {
  allTranscripts,
  hasEnded,
  isOpen,
  isOriginal,
  type Grant,
  type Model,
  type ModelJob,
  type ModelTranscript,
} from './state.ts'
import { forgetOldWorkers, isLost } from './workers.ts'

export interface ModelExpiry {
  readonly reclaimed: readonly Grant[]
  readonly failed: readonly ModelTranscript[]
  readonly endedJobs: readonly ModelJob[]
  readonly nextLeaseEndMs: number | undefined
}

export function expire(model: Model, { maxCrashes }: { readonly maxCrashes: number }): ModelExpiry {
  const { now } = model
  const reclaimed = allTranscripts(model).flatMap((one) => {
    if (!one.held || one.held.until > now) return []
    reclaim(model, one, one.held.by)
    return [{ of: one.name, attempt: one.attempt }]
  })

  const failed: ModelTranscript[] = []
  const fail = (transcript: ModelTranscript, error: ErrorRecord): void => {
    end(model, transcript, { status: 'failed', error })
    failed.push(transcript)
    model.note(error.code)
  }
  for (const one of allTranscripts(model).filter(isOriginal)) {
    const isGivenUp = one.status === 'pending' && one.crashes >= maxCrashes
    if (isGivenUp && (one.lostBy === undefined || isLost(model, one.lostBy)))
      fail(one, workerLostErrorOf({ crashes: one.crashes, last: one.error }))
  }
  for (const job of model.jobs.filter((one) => !hasEnded(one) && one.deadlineAt <= now)) {
    const facts = { ...job.input, usedMs: job.usedMs, deadlineAt: new Date(job.deadlineAt) }
    for (const one of job.transcripts.filter((transcript) => isOriginal(transcript) && isOpen(transcript)))
      fail(one, deadlineErrorOf({ ...facts, last: one.error }))
  }
  const endedJobs = [...new Set(failed.map(({ job }) => job))].filter((job) => endJobIfDone(model, job))
  forgetOldWorkers(model)
  const leaseEnds = allTranscripts(model).flatMap(({ held }) => (held ? [held.until - now] : []))
  return { reclaimed, failed, endedJobs, nextLeaseEndMs: leaseEnds.toSorted((a, b) => a - b)[0] }
}

/** Whether its worker is dead or only paused is not known yet, so the crash is counted until it comes back. */
function reclaim(model: Model, transcript: ModelTranscript, worker: string): void {
  charge(model, transcript)
  transcript.crashes += 1
  transcript.lostBy = worker
  transcript.job.updatedAt = model.now
  putBack(model, transcript, { runAt: model.now, rankAt: model.now })
  model.note('a crash')
}
