// Counts how the videos of a run ended, and remembers why the first unfinished one waits.
import type { ErrorRecord, Transcript } from '@ytscriptify/core'
import type { Tally } from '../exit-codes.ts'

export interface RunTally extends Tally {
  readonly total: number
  readonly waitsBecause?: ErrorRecord
}

export interface TallyCounter {
  add(transcript: Transcript): void
  value(): RunTally
}

export function createTally(): TallyCounter {
  const counts = { total: 0, completed: 0, failed: 0, blocked: 0, cancelled: 0, unfinished: 0 }
  let waitsBecause: ErrorRecord | undefined

  return {
    add({ status, error }) {
      counts.total += 1
      switch (status) {
        case 'completed':
        case 'cancelled':
          counts[status] += 1
          break
        case 'failed':
          counts.failed += 1
          if (error?.code === 'source_blocked' || error?.code === 'source_rate_limited') counts.blocked += 1
          break
        case 'pending':
        case 'processing':
          counts.unfinished += 1
          waitsBecause ??= error
          break
      }
    },
    value: () => ({ ...counts, ...(waitsBecause && { waitsBecause }) }),
  }
}
