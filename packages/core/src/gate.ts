// The gate: the pause of a whole source after it refused us. Pure transitions, which storages apply under their lock.
import type { Lease } from './lease.ts'

/**
 * A gate stands between the pending transcripts of a source and its workers, the same for every process.
 *
 * - open (`closedUntil` absent): claims pass;
 * - closed (`closedUntil` in the future): nothing passes;
 * - ajar (`closedUntil` has passed): one probe at a time passes, and its answer opens or closes the gate.
 */
export interface Gate {
  readonly key: string
  readonly source: string
  /** Milliseconds since 1970 by the storage's clock; absent while it is open. */
  readonly closedUntil?: number
  /** Closings in a row since it was last open. */
  readonly closings: number
  /** How often it has opened again in its life. */
  readonly openings: number
  /** The one attempt that may pass while it is ajar. It counts only while its transcript is processing that very attempt. */
  readonly probe?: Lease
  /** Id of the transcript that closed it last: not taken as the probe while another is due. */
  readonly closedBy?: number
}

export interface GatePolicy {
  /** How long the first closing lasts at least, in milliseconds; each further one doubles it. @default 30 s */
  readonly minMs: number
  /** Where the doubling ends, in milliseconds. A source that asks for longer gets longer. @default 5 min */
  readonly maxMs: number
  /** A transcript that closes the gate this often, while others pass in between, fails. @default 3 */
  readonly maxClosings: number
}

export const DEFAULT_GATE_POLICY: GatePolicy = { minMs: 30_000, maxMs: 5 * 60_000, maxClosings: 3 }

export const openGate = (key: string, source: string): Gate => ({ key, source, closings: 0, openings: 0 })

export type GateState = 'open' | 'closed' | 'ajar'

export function gateStateAt(gate: Gate, now: number): GateState {
  if (gate.closedUntil === undefined) return 'open'
  return gate.closedUntil > now ? 'closed' : 'ajar'
}

export interface Refusal {
  readonly lease: Lease
  /** How long the source asked us to stay away, in milliseconds. */
  readonly retryAfterMs: number
  readonly now: number
  readonly policy: GatePolicy
}

/**
 * What a refusal makes of the gate. The attempts that were in flight when it closed do not close it again:
 * their answers belong to the same refusal, and can only lengthen the pause.
 *
 * @returns `closed: true` when this refusal closed it, rather than being one more answer to the same block.
 */
export function gateAfterRefusal(gate: Gate, refusal: Refusal): { gate: Gate; closed: boolean } {
  const { lease, retryAfterMs, now, policy } = refusal
  if (gate.closedUntil !== undefined && !isProbe(gate, lease)) {
    return { gate: { ...gate, closedUntil: Math.max(gate.closedUntil, now + retryAfterMs) }, closed: false }
  }
  const { probe: _ended, ...rest } = gate
  const pauseMs = Math.max(retryAfterMs, Math.min(policy.maxMs, policy.minMs * 2 ** gate.closings))
  return {
    gate: { ...rest, closedUntil: now + pauseMs, closings: gate.closings + 1, closedBy: lease.transcriptId },
    closed: true,
  }
}

/** What an answer of the source, whichever it is, makes of the gate: the probe opens it, others change nothing. */
export function gateAfterAnswer(gate: Gate, lease: Lease): { gate: Gate; opened: boolean } {
  if (!isProbe(gate, lease)) return { gate, opened: false }
  return { gate: { ...openGate(gate.key, gate.source), openings: gate.openings + 1 }, opened: true }
}

export const isProbe = ({ probe }: Gate, lease: Lease): boolean =>
  probe?.transcriptId === lease.transcriptId && probe.attempt === lease.attempt
