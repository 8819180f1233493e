// What is said in the place of an answer while the gate of a source is closed: nobody asks it then.
import type { Clock } from './clock.ts'
import { mainGateOf } from './diagnosis/diagnose-source.ts'
import { TranscriptionError } from './errors.ts'
import { gateStateAt, type Gate } from './gate.ts'
import type { TranscriptSource } from './source.ts'
import type { TranscriptionStorage } from './storage.ts'

/**
 * Why what has to pass a gate has to wait.
 *
 * @returns `source_rate_limited` with the end of the pause as `retryAt`; `undefined` when the gate is not closed at `now`,
 *   in milliseconds since 1970 by the storage's clock.
 */
export function closedGateError(gate: Gate, now: number): TranscriptionError | undefined {
  if (gate.closedUntil === undefined || gateStateAt(gate, now) !== 'closed') return undefined
  const message = `The source "${gate.source}" is not asked now: it has refused us.`
  return new TranscriptionError('source_rate_limited', message, { retryAt: new Date(gate.closedUntil) })
}

export interface GateKeeping {
  readonly source: TranscriptSource
  readonly storage: Pick<TranscriptionStorage, 'listGates'>
  readonly clock: Clock
}

/**
 * For whoever asks a source without a job: a list is no reason to lengthen a pause that all processes keep.
 *
 * @throws {TranscriptionError} {@link closedGateError} of the gate that videos without wishes pass; `storage_unavailable`
 */
export async function assertGateOpen({ source, storage, clock }: GateKeeping): Promise<void> {
  const key = mainGateOf(source)
  const gates = await storage.listGates()
  const gate = gates.find((one) => one.key === key && one.source === source.id)
  const error = gate && closedGateError(gate, clock.now())
  if (error) throw error
}
