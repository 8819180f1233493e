// A question that is given up when nobody answers.
import { TranscriptionError, type Clock } from '@ytscriptify/core'

export interface AnswerTime {
  readonly ms: number
  readonly clock: Clock
}

/**
 * The answer of the storage, unless it takes too long: a storage that hangs is as good as away.
 *
 * @throws {TranscriptionError} `storage_unavailable` when the time is over.
 */
export async function answeredInTime<Answer>(question: Promise<Answer>, { ms, clock }: AnswerTime): Promise<Answer> {
  const answered = new AbortController()
  try {
    return await Promise.race([question, tooLate()])
  } finally {
    answered.abort()
  }

  async function tooLate(): Promise<never> {
    // Rejects when it is not needed any more; the race is over then.
    await clock.sleep(ms, answered.signal)
    throw new TranscriptionError('storage_unavailable', `The storage has not answered for ${ms} ms.`)
  }
}
