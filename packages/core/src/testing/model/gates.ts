// The gate of a source, as the documents describe it.
import type { GatePolicy } from '../../gate.ts'
import { isCurrent, type Model, type ModelGate, type ModelTranscript } from './state.ts'

export type Passage = 'all' | 'a probe' | 'nobody'

export function passageOf(model: Model, gate: ModelGate): Passage {
  if (gate.closedUntil === undefined) return 'all'
  return gate.closedUntil <= model.now && !isProbed(model, gate) ? 'a probe' : 'nobody'
}

/** A probe is under way while it is the current attempt of its transcript, under a lease that runs. */
function isProbed({ jobs, now }: Model, { probe }: ModelGate): boolean {
  if (!probe) return false
  const transcripts = jobs.flatMap((job) => job.transcripts)
  return transcripts.some((one) => isCurrent(one, probe) && one.held !== undefined && one.held.until > now)
}

const isProbeOf = ({ probe }: ModelGate, { name, attempt }: ModelTranscript): boolean =>
  probe?.of === name && probe.attempt === attempt

/** The source has spoken: of the probe, that opens the gate. @returns whether it did. */
export function answered(model: Model, gate: ModelGate, transcript: ModelTranscript): boolean {
  if (!isProbeOf(gate, transcript)) return false
  gate.openings += 1
  gate.closings = 0
  delete gate.closedUntil
  delete gate.probe
  delete gate.closedBy
  model.note('a gate opens')
  return true
}

export interface RefusedOptions {
  readonly retryAfterMs: number
  readonly policy: GatePolicy
}

/** The source refused us. Of those that were under way when the gate closed, that only lengthens the pause. @returns whether it closed. */
export function refused(
  model: Model,
  gate: ModelGate,
  transcript: ModelTranscript,
  { retryAfterMs, policy: { minMs, maxMs } }: RefusedOptions,
): boolean {
  if (gate.closedUntil !== undefined && !isProbeOf(gate, transcript)) {
    gate.closedUntil = Math.max(gate.closedUntil, model.now + retryAfterMs)
    model.note('a longer pause')
    return false
  }
  model.note(gate.closedUntil === undefined ? 'a gate closes' : 'a gate closes on its probe')
  gate.closedUntil = model.now + Math.max(retryAfterMs, Math.min(maxMs, minMs * 2 ** gate.closings))
  gate.closings += 1
  gate.closedBy = transcript.name
  delete gate.probe
  return true
}
