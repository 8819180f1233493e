// What is said where a closed gate keeps a source from being asked.
import { TranscriptionError } from './errors.ts'

export interface ClosedGate {
  /** The id of the source. */
  readonly source: string
  /** When it may be asked again. */
  readonly until: Date
}

/** The error of a question that a closed gate forbids: `source_rate_limited`, with the end of the pause as `retryAt`. */
export const gateClosedError = ({ source, until }: ClosedGate): TranscriptionError =>
  new TranscriptionError('source_rate_limited', `The source "${source}" is not asked now: it has refused us.`, {
    retryAt: until,
  })
