// Records the outcomes of attempts, many in one transaction.
import {
  TRANSCRIPT_MOVES,
  gateAfterAnswer,
  gateAfterRefusal,
  type Gate,
  type Outcome,
  type SettleResult,
  type Settlement,
} from '@ytscriptify/core'
import { changeTranscripts, moved, usedMsOf, type TranscriptChange } from './change-transcripts.ts'
import { lockGatesOf, writeGates, type LockedGates } from './gates.ts'
import { lockCurrentAttempts, lockJobsOf } from './locks.ts'
import { readClock } from './read-clock.ts'
import type { TranscriptState } from './columns.ts'
import { NO_ERROR, errorColumns, resultColumns } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** One entry for each settlement, in their order. */
export async function settleAttempts(
  trx: Database,
  settlements: readonly Settlement[],
  traits: SqlDialectTraits,
): Promise<readonly SettleResult[]> {
  const leases = settlements.map(({ lease }) => lease)
  const jobs = await lockJobsOf(
    trx,
    leases.map(({ transcriptId }) => transcriptId),
    traits,
  )
  const current = await lockCurrentAttempts(trx, leases, traits)
  const mayClose = settlements.some(({ outcome }) => outcome.type === 'refused')
  const gates = await lockGatesOf(trx, current, { mayClose }, traits)
  const now = await readClock(trx, traits)

  const settled = settleEach(settlements, { current, gates, now, instant: traits.instant })
  const changes = settled.flatMap((one) => (one ? [one.change] : []))
  const endedJobs = await changeTranscripts(trx, { now, jobs, changes }, traits)
  await writeGates(trx, gates.changed(), traits)

  // Of several last transcripts of a job, the last one here has ended it.
  const lastOf = new Map(changes.map((change) => [change.after.job_id, change]))
  return settled.map((one) => {
    if (!one) return { accepted: false }
    const { change, gate } = one
    const endedJob = lastOf.get(change.after.job_id) === change ? endedJobs.get(change.after.job_id) : undefined
    return { accepted: true, status: change.after.status, ...(endedJob && { endedJob }), ...(gate && { gate }) }
  })
}

interface Settled {
  readonly change: TranscriptChange
  /** The gate, when it was closed or opened. */
  readonly gate: Gate | undefined
}

interface Situation {
  readonly current: readonly TranscriptState[]
  readonly gates: LockedGates
  readonly now: number
  readonly instant: SqlDialectTraits['instant']
}

/** Pure but for the gates, which pass from one settlement to the next. */
function settleEach(
  settlements: readonly Settlement[],
  { current, gates, now, instant }: Situation,
): readonly (Settled | undefined)[] {
  const open = new Map(current.map((row) => [Number(row.id), row]))
  return settlements.map(({ lease, outcome }) => {
    const before = open.get(lease.transcriptId)
    if (before?.attempt !== lease.attempt) return undefined
    // A second outcome of the same attempt comes too late.
    open.delete(lease.transcriptId)

    const gate = gates.get(before)
    const passage = passageOf(outcome, { gate, lease, now })
    gates.set(passage.gate)
    const { closed, opened } = passage
    const change = changeBy(outcome, before, { closed, openings: gate.openings, now, instant })
    return {
      change: { ...change, usedMs: usedMsOf(before, { now, instant }) },
      gate: closed || opened ? passage.gate : undefined,
    }
  })
}

interface Passage {
  readonly gate: Gate
  readonly closed: boolean
  readonly opened: boolean
}

/** What an outcome makes of the gate that the attempt went through. */
function passageOf(
  outcome: Outcome,
  { gate, lease, now }: { readonly gate: Gate; readonly lease: Settlement['lease']; readonly now: number },
): Passage {
  if (outcome.type === 'refused') {
    const { retryAfterMs, policy } = outcome
    return { opened: false, ...gateAfterRefusal(gate, { lease, retryAfterMs, now, policy }) }
  }
  return isAnswer(outcome) ? { closed: false, ...gateAfterAnswer(gate, lease) } : { gate, closed: false, opened: false }
}

/** Whether the source has spoken. A text that was taken from the storage says nothing about the source. */
function isAnswer(outcome: Outcome): boolean {
  if (outcome.type === 'completed') return outcome.fetchedAt === undefined
  return (outcome.type === 'failed' || outcome.type === 'retry') && outcome.answered
}

interface Moment {
  readonly now: number
  readonly instant: SqlDialectTraits['instant']
  /** Whether this very outcome closed the gate, and how often that had opened before. */
  readonly closed: boolean
  readonly openings: number
}

function changeBy(outcome: Outcome, before: TranscriptState, moment: Moment): TranscriptChange {
  const { now, instant } = moment
  const updated_at = instant.encode(now)
  switch (outcome.type) {
    case 'completed': {
      const { content, fetchedAt } = outcome
      const result = resultColumns(content, instant.encode(fetchedAt?.getTime() ?? now))
      const transcript_data = content.data
      const data_bytes = Buffer.byteLength(transcript_data)
      return moved(before, TRANSCRIPT_MOVES.complete, {
        ...NO_ERROR,
        ...result,
        transcript_data,
        data_bytes,
        lost_by: null,
        updated_at,
      })
    }
    case 'failed':
      return moved(before, TRANSCRIPT_MOVES.fail, { ...errorColumns(outcome.error), lost_by: null, updated_at })
    case 'retry': {
      const again = instant.encode(now + outcome.afterMs)
      const failures = before.failures + (outcome.countsAsFailure ? 1 : 0)
      const error = errorColumns(outcome.error)
      return moved(before, TRANSCRIPT_MOVES.postpone, { ...error, failures, run_at: again, rank_at: again, updated_at })
    }
    case 'refused':
      return changeByRefusal(outcome, before, moment)
    case 'released':
      return moved(before, TRANSCRIPT_MOVES.postpone, { run_at: updated_at, updated_at })
  }
}

/** Closings in a row are the source's doing. They are the video's only where others passed the gate in between. */
function changeByRefusal(
  { error, policy, final }: Extract<Outcome, { type: 'refused' }>,
  before: TranscriptState,
  { now, instant, closed, openings }: Moment,
): TranscriptChange {
  const updated_at = instant.encode(now)
  const counts = closed && (before.closed_opening === null || openings > before.closed_opening)
  const closings = before.closings + (counts ? 1 : 0)
  const values = { ...errorColumns(error), closings, ...(counts && { closed_opening: openings }), updated_at }
  return final || (closed && closings >= policy.maxClosings)
    ? moved(before, TRANSCRIPT_MOVES.fail, { ...values, lost_by: null })
    : moved(before, TRANSCRIPT_MOVES.postpone, { ...values, run_at: updated_at, rank_at: updated_at })
}
