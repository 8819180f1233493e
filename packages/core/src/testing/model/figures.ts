// The same of what people who run the service are told: who works on what, and how much there is to do.
import type { ActiveTranscript, StorageStats, WorkerRecord } from '../../storage-inspection.ts'
import { STORAGE_RULES } from '../../storage-rules.ts'
import {
  allDeliveries,
  allTranscripts,
  countsOf,
  gateOf,
  hasEnded,
  isOriginal,
  type Model,
  type ModelTranscript,
} from './state.ts'
import { inMinutes, type Reader } from './views.ts'
import { isLost } from './workers.ts'

export function viewOfActive(active: ActiveTranscript, { nameOf, minuteOf }: Reader) {
  const { transcriptId, attempt, worker, since, leaseUntil, failures, crashes } = active
  const moments = { since: minuteOf(since), until: minuteOf(leaseUntil) }
  return { of: nameOf(transcriptId), attempt, worker, failures, crashes, ...moments }
}

/** The longest claimed first, and by id. */
export function expectedActive(model: Model) {
  return allTranscripts(model)
    .flatMap((transcript) => (transcript.held ? [{ ...transcript, held: transcript.held }] : []))
    .toSorted((a, b) => a.held.since - b.held.since || a.order - b.order)
    .map(({ name: of, attempt, failures, crashes, held }) => ({
      of,
      attempt,
      worker: { id: held.by, name: model.workers.get(held.by)?.worker.name },
      failures,
      crashes,
      since: inMinutes(held.since),
      until: inMinutes(held.until),
    }))
}

export function viewOfWorker({ startedAt, seenAt, ...rest }: WorkerRecord, { minuteOf }: Reader) {
  return { ...rest, startedAt: minuteOf(startedAt), seenAt: minuteOf(seenAt) }
}

export function expectedWorkers(model: Model) {
  return [...model.workers.values()]
    .filter(({ seenAt }) => seenAt + STORAGE_RULES.forgottenAfterMs > model.now)
    .map(({ worker, startedAt, seenAt }) => ({
      ...worker,
      isLost: isLost(model, worker.id),
      active: allTranscripts(model).filter(({ held }) => held?.by === worker.id).length,
      startedAt: inMinutes(startedAt),
      seenAt: inMinutes(seenAt),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export function viewOfStats({ oldestDueMs, deliveries, ...rest }: StorageStats) {
  const { oldestDueMs: oldestDelivery, ...counts } = deliveries
  return {
    ...rest,
    oldestDue: oldestDueMs === undefined ? undefined : inMinutes(oldestDueMs),
    deliveries: { ...counts, oldestDue: oldestDelivery === undefined ? undefined : inMinutes(oldestDelivery) },
  }
}

export function expectedStats(model: Model) {
  const { now, jobs } = model
  const pending = allTranscripts(model).filter((one) => one.status === 'pending' && isOriginal(one))
  const waiting = allDeliveries(model).filter(({ status }) => status === 'pending')
  const dueDeliveries = waiting.filter(({ runAt }) => runAt <= now)
  const due = pending.filter(({ runAt }) => runAt <= now)
  const ended = jobs.filter((job) => hasEnded(job) && job.updatedAt > now - STORAGE_RULES.lastMinuteMs)
  const sum = (of: 'completed' | 'failed' | 'cancelled'): number =>
    ended.reduce((total, job) => total + countsOf(job)[of], 0)
  return {
    jobs: { pending: countOf(jobs, 'pending'), processing: countOf(jobs, 'processing') },
    transcripts: {
      due: due.length,
      waiting: pending.length - due.length,
      processing: allTranscripts(model).filter(({ held }) => held).length,
    },
    oldestDue: longestSince(firstOfLanes(model, due), now),
    deliveries: {
      due: dueDeliveries.length,
      waiting: waiting.length - dueDeliveries.length,
      processing: countOf(allDeliveries(model), 'sending'),
      oldestDue: longestSince(dueDeliveries, now),
    },
    lastMinute: { jobs: ended.length, completed: sum('completed'), failed: sum('failed'), cancelled: sum('cancelled') },
  }
}

/** The first by rank of each lane, whether or not its gate lets it pass. */
const firstOfLanes = (model: Model, due: readonly ModelTranscript[]): ModelTranscript[] =>
  model.gates.flatMap((gate) => {
    const lane = due.filter((one) => gateOf(model, one) === gate)
    return lane.toSorted((a, b) => a.rankAt - b.rankAt || a.order - b.order).slice(0, 1)
  })

const countOf = <Status>(items: readonly { readonly status: Status }[], status: Status): number =>
  items.filter((item) => item.status === status).length

const longestSince = (items: readonly { readonly runAt: number }[], now: number): number | undefined =>
  items.length === 0 ? undefined : inMinutes(now - Math.min(...items.map(({ runAt }) => runAt)))
