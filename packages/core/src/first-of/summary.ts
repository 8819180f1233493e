// One error for what several sources answered.
import { TranscriptionError, type ErrorCode } from '../errors.ts'

export interface SourceFailure {
  /** The id of the source. */
  readonly source: string
  readonly error: TranscriptionError
}

/**
 * The last source has the last word, since it was asked because the ones before could not do it: a network error of the
 * last one is tried again though an earlier one found no captions. Only an error that says no more than "not here"
 * gives way to one that says more.
 *
 * @returns the error itself where one source was asked; else one with its code and hint, whose message lists what each
 *   source answered, and whose cause is an `AggregateError` of all.
 */
export function summaryOf(failures: readonly SourceFailure[]): TranscriptionError {
  const telling = failures.filter(({ error }) => !NOT_HERE.has(error.code))
  const decisive = telling.at(-1) ?? failures.at(-1)
  if (!decisive) throw new Error('No source was asked.')
  if (failures.length === 1) return decisive.error
  const { code, message, hint, retryable, retryAt } = decisive.error
  const answers = failures.map(({ source, error }) => `${source} ${error.code}`).join(', ')
  return new TranscriptionError(code, `${message} Asked in order: ${answers}.`, {
    hint,
    retryable,
    ...(retryAt && { retryAt }),
    cause: new AggregateError(
      failures.map(({ error }) => error),
      `Every source failed: ${answers}.`,
    ),
  })
}

/** What a source says that just does not have the video: another one that could not be heard may have it. */
const NOT_HERE: ReadonlySet<ErrorCode> = new Set(['unsupported_url', 'video_unavailable', 'video_unplayable'])
