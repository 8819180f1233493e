// A job that is not there is most often a job of another folder: the hint says where it was looked for.
import { isTranscriptionError, TranscriptionError } from '@ytscriptify/core'

export async function sayingWhere<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isTranscriptionError(error, 'job_not_found')) throw error
    const hint = `Looked in ${label}; DATABASE_URL names another.`
    throw new TranscriptionError('job_not_found', error.message, { hint, cause: error })
  }
}
