// What becomes of an attempt. Only the current one is heard.
import type { ErrorRecord } from '../../errors.ts'
import type { Outcome } from '../../storage.ts'
import { end, endJobIfDone } from './ending.ts'
import { answered, refused } from './gates.ts'
import {
  allTranscripts,
  gateOf,
  isCurrent,
  type Grant,
  type Model,
  type ModelGate,
  type ModelTranscript,
} from './state.ts'

export interface ModelSettled {
  readonly transcript: ModelTranscript
  readonly hasEndedJob: boolean
  /** The gate, when this closed or opened it. */
  readonly gate?: ModelGate
}

export function settle(model: Model, lease: Grant, outcome: Outcome): ModelSettled | undefined {
  const transcript = allTranscripts(model).find((one) => isCurrent(one, lease))
  if (!transcript) {
    model.note('a late result')
    return undefined
  }
  charge(model, transcript)
  const gate = gateOf(model, transcript)
  const hasMoved = apply(model, transcript, outcome)
  return {
    transcript,
    hasEndedJob: endJobIfDone(model, transcript.job),
    ...(hasMoved && { gate }),
  }
}

/** Adds the time of an attempt to what its job has used. It ends with the lease: what comes after that is an absence. */
export function charge({ now, note }: Model, { job, held }: ModelTranscript): void {
  if (!held) return
  job.usedMs += Math.min(now, held.until) - held.since
  if (job.usedMs < job.input.timeoutMs || job.deadlineAt <= now) return
  job.deadlineAt = now
  note('a job out of time')
}

/** @returns whether the gate was closed or opened. */
function apply(model: Model, transcript: ModelTranscript, outcome: Outcome): boolean {
  const gate = gateOf(model, transcript)
  // Asked of the attempt, before it is over.
  const opens = isAnswer(outcome) && answered(model, gate, transcript)
  switch (outcome.type) {
    case 'completed': {
      const { content, fetchedAt } = outcome
      end(model, transcript, { status: 'completed', content, fetchedAt: fetchedAt?.getTime() ?? model.now })
      return opens
    }
    case 'failed':
      end(model, transcript, { status: 'failed', error: outcome.error })
      return opens
    case 'retry': {
      const again = model.now + outcome.afterMs
      if (outcome.countsAsFailure) transcript.failures += 1
      putBack(model, transcript, { runAt: again, rankAt: again, error: outcome.error })
      model.note('a retry')
      return opens
    }
    case 'refused':
      return refuse(model, transcript, outcome)
    case 'released':
      putBack(model, transcript, { runAt: model.now, rankAt: transcript.rankAt })
      model.note('a release')
      return false
  }
}

/** Whether the source has spoken. A text that was taken from the storage says nothing about the source. */
function isAnswer(outcome: Outcome): boolean {
  if (outcome.type === 'completed') return outcome.fetchedAt === undefined
  return (outcome.type === 'failed' || outcome.type === 'retry') && outcome.answered
}

function refuse(model: Model, transcript: ModelTranscript, outcome: Extract<Outcome, { type: 'refused' }>): boolean {
  const { error, policy, final } = outcome
  const gate = gateOf(model, transcript)
  const closes = refused(model, gate, transcript, outcome)
  // Closings in a row are the source's doing: they are the video's only where the gate has opened in between.
  if (closes && (transcript.closedAtOpening === undefined || gate.openings > transcript.closedAtOpening)) {
    transcript.closings += 1
    transcript.closedAtOpening = gate.openings
  }
  if (final || (closes && transcript.closings >= policy.maxClosings)) {
    end(model, transcript, { status: 'failed', error })
    model.note(final ? 'a final refusal' : 'a video that closes the gate too often')
  } else {
    putBack(model, transcript, { runAt: model.now, rankAt: model.now, error })
  }
  return closes
}

/** Makes a transcript wait again. */
export function putBack(
  { now }: Model,
  transcript: ModelTranscript,
  { runAt, rankAt, error }: { readonly runAt: number; readonly rankAt: number; readonly error?: ErrorRecord },
): void {
  Object.assign(transcript, { status: 'pending', runAt, rankAt, updatedAt: now, ...(error && { error }) })
  delete transcript.held
}
