// Videos that a closed gate keeps back: nobody has asked for them, so they have no error of their own that says why they wait.
import {
  closedGateError,
  toErrorRecord,
  type Clock,
  type Gate,
  type Job,
  type Transcript,
  type TranscriptRequest,
  type TranscriptionStorage,
} from '@ytscriptify/core'

export interface HeldBackParts {
  readonly jobs: readonly Job[]
  readonly storage: Pick<TranscriptionStorage, 'listGates'>
  /** The gate that a request goes through. */
  readonly gateKeyOf: (request: TranscriptRequest) => string
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Gives a video that waits for its gate alone the error of the gate; others pass as they are. Use it when the run is over:
 * the gates are read once, with the first that waits.
 */
export function createHeldBack({ jobs, storage, gateKeyOf, clock }: HeldBackParts) {
  const jobsById = new Map(jobs.map((job) => [job.id, job]))
  let gates: Promise<readonly Gate[]> | undefined

  return async (transcript: Transcript): Promise<Transcript> => {
    const job = jobsById.get(transcript.jobId)
    if (transcript.status !== 'pending' || transcript.error || !job) return transcript
    gates ??= storage.listGates()
    const key = gateKeyOf(job.request)
    const gate = (await gates).find((one) => one.key === key && one.source === job.source)
    const error = gate && closedGateError(gate, clock.now())
    return error ? { ...transcript, error: toErrorRecord(error) } : transcript
  }
}
