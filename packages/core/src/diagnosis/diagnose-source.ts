// Asks a source about itself. Whatever it throws is what was found: a diagnosis that fails would say nothing.
import type { Clock } from '../clock.ts'
import { TranscriptionError, toErrorRecord } from '../errors.ts'
import type { TranscriptSource } from '../source.ts'
import { createTimeLimit } from '../time-limit.ts'
import { untilAborted } from '../until-aborted.ts'
import type { DiagnoseSourceOptions, Reach, SourceDiagnosis } from './source-diagnosis.ts'

export interface DiagnoseSourceParts extends DiagnoseSourceOptions {
  readonly clock: Clock
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number
}

/** @throws the reason of `signal`, and nothing else. */
export async function diagnoseSource(
  source: TranscriptSource,
  { clock, timeoutMs, signal, ...options }: DiagnoseSourceParts,
): Promise<readonly SourceDiagnosis[]> {
  signal.throwIfAborted()
  const startedAt = clock.monotonic()
  const onTimeUp = (): Error =>
    new TranscriptionError('source_timeout', `The diagnosis of "${source.id}" took more than ${timeoutMs} ms.`)
  const limit = createTimeLimit({ ms: timeoutMs, clock, signal, onTimeUp })
  try {
    return await untilAborted(diagnosed(source, { ...options, signal: limit.signal, clock }), limit.signal)
  } catch (error) {
    signal.throwIfAborted()
    const ms = clock.monotonic() - startedAt
    const at = limit.signal.aborted ? 'timeout' : 'answer'
    return [reachOnly(source, { state: 'unreachable', ms, at, error: toErrorRecord(error) })]
  } finally {
    limit.clear()
  }
}

/** Of a source that cannot diagnose itself, no more is known than whether it answers. */
async function diagnosed(
  source: TranscriptSource,
  { clock, ...options }: DiagnoseSourceOptions & { readonly clock: Clock },
): Promise<readonly SourceDiagnosis[]> {
  if (source.diagnose) return source.diagnose(options)
  if (!source.check) return [{ source: source.id, asksForText: false, ways: [] }]
  const startedAt = clock.monotonic()
  await source.check({ signal: options.signal })
  return [reachOnly(source, { state: 'reached', ms: clock.monotonic() - startedAt })]
}

/** The gate that requests go through which ask for nothing particular. */
export const mainGateOf = (source: TranscriptSource): string =>
  source.gateKeyOf?.({ languages: [], kind: 'any' }) ?? source.id

/** A report that knows no more than how far we came. */
export const reachOnly = ({ id, diagnose }: TranscriptSource, reach: Reach): SourceDiagnosis => ({
  source: id,
  ...(!diagnose && { asksForText: false }),
  ways: [{ target: id, reach, clients: [] }],
})
