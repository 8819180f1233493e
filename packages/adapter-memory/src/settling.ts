// What becomes of an attempt. Only the current one is heard.
import {
  TRANSCRIPT_MOVES,
  gateAfterAnswer,
  gateAfterRefusal,
  type Gate,
  type Lease,
  type Outcome,
  type SettleResult,
  type Settlement,
} from '@ytscriptify/core'
import { completeTranscript, endJobIfDone, failTranscript } from './ending.ts'
import { touch } from './job-row.ts'
import { laneOfRow, type Memory } from './memory.ts'
import { postpone } from './postponing.ts'
import { isCurrent } from './transcript-row.ts'
import { chargeJob } from './used-time.ts'
import type { TranscriptRow } from './rows.ts'

export function settle(memory: Memory, { lease, outcome }: Settlement): SettleResult {
  const row = memory.transcripts.get(lease.transcriptId)
  if (!row || !isCurrent(row, lease)) return { accepted: false }

  const now = memory.now()
  chargeJob(memory, row, now)
  const gate = apply(memory, row, { lease, outcome, now })
  const endedJob = endJobIfDone(memory, row.job, now)
  if (!endedJob) touch(row.job, now)
  return { accepted: true, status: row.state.status, ...(endedJob && { endedJob }), ...(gate && { gate }) }
}

interface Settling<O extends Outcome = Outcome> {
  readonly lease: Lease
  readonly outcome: O
  readonly now: number
}

/** @returns the gate, when this outcome closed or opened it. */
function apply(memory: Memory, row: TranscriptRow, { lease, outcome, now }: Settling): Gate | undefined {
  switch (outcome.type) {
    case 'completed': {
      const { content, fetchedAt } = outcome
      completeTranscript(memory, row, { content, fetchedAt: fetchedAt?.getTime() ?? now, now })
      // For a reused text the source was not asked, so that its gate has learnt nothing.
      return fetchedAt ? undefined : answerGate(memory, row, lease)
    }
    case 'failed':
      failTranscript(memory, row, { error: outcome.error, move: TRANSCRIPT_MOVES.fail, now })
      return outcome.answered ? answerGate(memory, row, lease) : undefined
    case 'retry': {
      const dueAt = now + outcome.afterMs
      row.error = outcome.error
      if (outcome.countsAsFailure) row.failures += 1
      postpone(memory, row, { move: TRANSCRIPT_MOVES.postpone, runAt: dueAt, rankAt: dueAt, now })
      return outcome.answered ? answerGate(memory, row, lease) : undefined
    }
    case 'refused':
      return refuse(memory, row, { lease, outcome, now })
    case 'released':
      postpone(memory, row, { move: TRANSCRIPT_MOVES.postpone, runAt: now, rankAt: row.rankAt, now })
      return undefined
  }
}

function answerGate(memory: Memory, row: TranscriptRow, lease: Lease): Gate | undefined {
  const lane = laneOfRow(memory, row)
  const { gate, opened } = gateAfterAnswer(lane.gate, lease)
  lane.gate = gate
  return opened ? gate : undefined
}

function refuse(
  memory: Memory,
  row: TranscriptRow,
  { lease, outcome, now }: Settling<Extract<Outcome, { type: 'refused' }>>,
): Gate | undefined {
  const { error, retryAfterMs, policy, final } = outcome
  const lane = laneOfRow(memory, row)
  const { gate, closed } = gateAfterRefusal(lane.gate, { lease, retryAfterMs, now, policy })
  lane.gate = gate
  if (closed) countClosing(row, gate)

  if (final || (closed && row.closings >= policy.maxClosings)) {
    failTranscript(memory, row, { error, move: TRANSCRIPT_MOVES.fail, now })
  } else {
    row.error = error
    postpone(memory, row, { move: TRANSCRIPT_MOVES.postpone, runAt: now, rankAt: now, now })
  }
  return closed ? gate : undefined
}

/** Closings in a row are the source's doing. They are the video's only where others passed the gate in between. */
function countClosing(row: TranscriptRow, { openings }: Gate): void {
  if (row.closedAtOpening !== undefined && openings <= row.closedAtOpening) return
  row.closings += 1
  row.closedAtOpening = openings
}
