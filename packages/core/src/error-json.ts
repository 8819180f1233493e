// An error record, as answers and output in JSON have it.
import type { ErrorRecord } from './errors.ts'

export const errorJson = ({ code, message, hint, retryable, retryAt }: ErrorRecord) => ({
  code,
  message,
  hint,
  retryable,
  retry_at: retryAt?.toISOString() ?? null,
})
