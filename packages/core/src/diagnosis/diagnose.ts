// The diagnosis of a service: its storage, the gates that are in it, and its source.
import type { Clock } from '../clock.ts'
import { TranscriptionError, toErrorRecord } from '../errors.ts'
import { gateStateAt, type Gate } from '../gate.ts'
import type { TranscriptSource } from '../source.ts'
import type { TranscriptionStorage } from '../storage.ts'
import { createTimeLimit } from '../time-limit.ts'
import { untilAborted } from '../until-aborted.ts'
import { diagnoseSource, mainGateOf } from './diagnose-source.ts'
import type { DiagnoseOptions, Diagnosis, GateDiagnosis, StorageDiagnosis } from './diagnosis.ts'
import { findingsOf, statusOfFindings } from './findings.ts'

export interface DiagnoseParts {
  readonly source: TranscriptSource
  /** @default none: no gate is known then, and the source is asked */
  readonly storage?: TranscriptionStorage
  readonly clock: Clock
}

/**
 * Finds out whether transcripts can be had from here. It asks little, once, and changes nothing: it neither closes nor opens
 * a gate. Whatever fails is part of what it found.
 *
 * @throws the reason of `signal`, and nothing else.
 */
export async function diagnose(
  { source, storage, clock }: DiagnoseParts,
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  const { videoId, force = false, signal = new AbortController().signal } = options
  const checkedAt = new Date(clock.now())
  const { found, gates } = await readGates(storage, { source, clock, signal })
  const mainGate = mainGateOf(source)
  const isHeldBack = !force && gates.some(({ key, state }) => key === mainGate && state === 'closed')
  const asking = { force, signal, clock, timeoutMs: LONGEST_MS, ...(videoId !== undefined && { videoId }) }
  const sources = isHeldBack ? [] : await diagnoseSource(source, asking)
  const facts = { storage: found, gates, sources, mainGate, now: clock.now() }
  const findings = findingsOf(facts)
  return { status: statusOfFindings(findings), checkedAt, storage: found, gates, sources, findings }
}

/** In milliseconds: a few requests with 15 seconds each, and a program that may take 45. */
const LONGEST_MS = 60_000

/** In milliseconds: no healthy storage takes as long. */
const LONGEST_READ_MS = 5_000

interface Reading {
  readonly source: TranscriptSource
  readonly clock: Clock
  readonly signal: AbortSignal
}

async function readGates(
  storage: TranscriptionStorage | undefined,
  { source, clock, signal }: Reading,
): Promise<{ readonly found: StorageDiagnosis; readonly gates: readonly GateDiagnosis[] }> {
  if (!storage) return { found: { state: 'absent' }, gates: [] }
  const startedAt = clock.monotonic()
  const elapsed = (): number => clock.monotonic() - startedAt
  const limit = createTimeLimit({ ms: LONGEST_READ_MS, clock, signal, onTimeUp: storageHangs })
  try {
    const all = await untilAborted(storage.listGates(), limit.signal)
    const { schemaVersion } = storage
    return {
      found: { state: 'answers', ms: elapsed(), ...(schemaVersion !== undefined && { schemaVersion }) },
      gates: all.filter((gate) => gate.source === source.id).map((gate) => gateDiagnosis(gate, clock.now())),
    }
  } catch (error) {
    signal.throwIfAborted()
    return { found: { state: 'failing', ms: elapsed(), error: toErrorRecord(error) }, gates: [] }
  } finally {
    limit.clear()
  }
}

const storageHangs = (): Error =>
  new TranscriptionError('storage_unavailable', `The storage has not answered for ${LONGEST_READ_MS} ms.`)

function gateDiagnosis(gate: Gate, now: number): GateDiagnosis {
  const { key, closedUntil = now, probe } = gate
  switch (gateStateAt(gate, now)) {
    case 'open':
      return { key, state: 'open' }
    case 'closed':
      return { key, state: 'closed', until: new Date(closedUntil) }
    case 'ajar':
      return { key, state: 'ajar', since: new Date(closedUntil), probing: probe !== undefined }
  }
}
