// When a run that waits for nothing is at its end: each of its videos has ended, or waits for a moment that is still to come.
import {
  gateStateAt,
  type Clock,
  type Job,
  type Transcript,
  type TranscriptRequest,
  type TranscriptionEmitter,
  type TranscriptionStorage,
} from '@ytscriptify/core'

export interface AllWaitParts {
  readonly jobs: readonly Job[]
  readonly storage: Pick<TranscriptionStorage, 'listTranscripts' | 'listGates'>
  readonly events: TranscriptionEmitter
  /** The gate that a request goes through. */
  readonly gateKeyOf: (request: TranscriptRequest) => string
  /** Whether the worker of this run is at something. */
  readonly isBusy: () => boolean
  readonly clock: Clock
  /** Ends the looking. */
  readonly signal: AbortSignal
  /** Told when the storage could not be asked. It is asked again. */
  readonly onError: (error: unknown) => void
}

/** How often it looks while the worker is at nothing, in milliseconds. */
const LOOK_EVERY_MS = 100

/** Calls `onAllWait` once, unless the signal aborts first. Never rejects. */
export async function whenAllWait(onAllWait: () => void, parts: AllWaitParts): Promise<void> {
  const { events, isBusy, clock, signal, onError } = parts
  const tried = new Set<string>()
  const stopListening = events.on('attempt.ended', ({ jobId, position, outcome }) => {
    if (outcome === 'retry' || outcome === 'refused') tried.add(keyOf(jobId, position))
  })
  try {
    while (!signal.aborted) {
      if (!isBusy() && (await doAllWait(tried, parts).catch(onError))) return onAllWait()
      // Rejects when the run is over.
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
    }
  } finally {
    stopListening()
  }
}

/** Reads no further than to the first job that has something to do. */
async function doAllWait(tried: ReadonlySet<string>, parts: AllWaitParts): Promise<boolean> {
  const { jobs, storage, gateKeyOf, clock } = parts
  const gates = await storage.listGates()
  const closed = new Set(gates.filter((gate) => gateStateAt(gate, clock.now()) === 'closed').map(nameOf))
  for (const { id: jobId, source, request } of jobs) {
    const isClosed = closed.has(nameOf({ key: gateKeyOf(request), source }))
    const waits = ({ status, position, runAt, duplicateOf }: Transcript): boolean =>
      status === 'pending' &&
      (isClosed || duplicateOf !== undefined || tried.has(keyOf(jobId, position)) || runAt.getTime() > clock.now())
    const left = await storage.listTranscripts({ jobId, statuses: ['pending', 'processing'] })
    if (!left.every(waits)) return false
  }
  return true
}

const keyOf = (jobId: string, position: number): string => `${jobId} ${position}`

const nameOf = ({ key, source }: { readonly key: string; readonly source: string }): string => `${source} ${key}`
