// A full disk or a folder of somebody else is no fault of ours: it is said as what the user can mend.
import { TranscriptionError } from '@ytscriptify/core'

export interface UnwritablePlace {
  /** As it begins the sentence: `The file "a.txt"`. */
  readonly what: string
  readonly hint: string
  readonly cause: unknown
}

export function cannotBeWritten({ what, hint, cause }: UnwritablePlace): TranscriptionError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new TranscriptionError('invalid_input', `${what} cannot be written: ${why}.`, { hint, cause })
}
