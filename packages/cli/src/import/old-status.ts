// Statuses as the older service wrote them, and as Celery and others might have.
import type { JobStatus } from '@ytscriptify/core'

const MEANINGS: Readonly<Record<string, JobStatus>> = {
  pending: 'pending',
  queued: 'pending',
  received: 'pending',
  retry: 'pending',
  processing: 'processing',
  started: 'processing',
  completed: 'completed',
  success: 'completed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  revoked: 'cancelled',
}

/** @returns `undefined` for a word that says nothing to us. No word at all is `pending`, as it was there. */
export function parseOldStatus(text: string | null): JobStatus | undefined {
  const word = text?.trim().toLowerCase() ?? ''
  if (word === '') return 'pending'
  return Object.hasOwn(MEANINGS, word) ? MEANINGS[word] : undefined
}
