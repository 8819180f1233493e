// What the command tells the shell. Scripts depend on these numbers: they never change their meaning.
import { isTranscriptionError, type ErrorCode, type ErrorRecord } from '@ytscriptify/core'

export const EXIT = {
  /** Everything that was asked for is done. */
  done: 0,
  /** A fault of ours; of doctor: something stops transcripts, and does not go away by waiting. */
  unexpected: 1,
  /** The command line, the configuration or the database cannot be used as given. */
  usage: 2,
  /** Some videos failed. */
  someFailed: 3,
  /** All videos failed. */
  allFailed: 4,
  /** YouTube refuses this address for now, or time is up: what is left is stored. Or it did not give a list. Try later. */
  tryLater: 5,
  /** No worker is alive: said by whoever was asked for them. */
  nobodyWorks: 6,
  /** Ctrl-C or SIGTERM: what is left is stored. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** How the videos of a run ended. */
export interface Tally {
  readonly completed: number
  readonly failed: number
  /** Those of the failed that YouTube refused to answer. */
  readonly blocked: number
  readonly cancelled: number
  /** Still pending or processing: stored, and not lost. */
  readonly unfinished: number
}

export function exitCodeOf({ completed, failed, blocked, cancelled, unfinished }: Tally): ExitCode {
  if (unfinished > 0) return EXIT.tryLater
  if (failed > 0 && failed === blocked) return EXIT.tryLater
  if (failed + cancelled === 0) return EXIT.done
  return completed > 0 ? EXIT.someFailed : EXIT.allFailed
}

/** What the caller gave cannot be used, or what we found is not what he believes: his to mend, so 2. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_input',
  'unsupported_url',
  'not_supported',
  'list_unavailable',
  'too_many_urls',
  'job_not_found',
  'delivery_not_found',
  'callback_refused',
  'already_finished',
  'job_not_ended',
  'storage_unavailable',
  'storage_incompatible',
])

/** YouTube did not give a list. What it does not give of a video is stored with that. */
const TRY_LATER_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'source_blocked',
  'source_rate_limited',
  'consent_required',
  'source_request_failed',
  'source_unreachable',
  'source_timeout',
])

export const exitCodeOfError = (error: unknown): ExitCode =>
  isTranscriptionError(error) ? exitCodeOfRecord(error) : EXIT.unexpected

/** What no waiting mends, such as a program that is not installed, is the caller's to mend. */
export function exitCodeOfRecord({ code, retryable }: Pick<ErrorRecord, 'code' | 'retryable'>): ExitCode {
  if (USAGE_CODES.has(code)) return EXIT.usage
  if (!TRY_LATER_CODES.has(code)) return EXIT.unexpected
  return retryable ? EXIT.tryLater : EXIT.usage
}
