import { TranscriptionError } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { exitCodeOf, exitCodeOfError } from '../src/exit-codes.ts'

const tally = (counts: Partial<Parameters<typeof exitCodeOf>[0]>) =>
  exitCodeOf({ completed: 0, failed: 0, blocked: 0, cancelled: 0, unfinished: 0, ...counts })

describe('the exit code', () => {
  it('is 0 when everything is done', () => expect(tally({ completed: 3 })).toBe(0))
  it('is 3 when some videos failed or were cancelled', () => {
    expect(tally({ completed: 1, failed: 1 })).toBe(3)
    expect(tally({ completed: 1, cancelled: 1 })).toBe(3)
  })
  it('is 4 when all failed', () => expect(tally({ failed: 2 })).toBe(4))
  it('is 5 when something is left', () => expect(tally({ completed: 1, failed: 1, unfinished: 1 })).toBe(5))
  it('is 5 when YouTube refused whatever failed', () => {
    expect(tally({ completed: 2, failed: 1, blocked: 1 })).toBe(5)
    expect(tally({ failed: 2, blocked: 1 })).toBe(4)
  })
  it('is 5 when YouTube gives no list for now', () => {
    expect(exitCodeOfError(new TranscriptionError('source_rate_limited', 'x'))).toBe(5)
    expect(exitCodeOfError(new TranscriptionError('source_unreachable', 'x'))).toBe(5)
  })
  it('is 2 where waiting does not mend that YouTube was not asked', () => {
    expect(exitCodeOfError(new TranscriptionError('source_unreachable', 'x', { retryable: false }))).toBe(2)
  })
  it('is 2 when the caller can mend the error, and 1 when only we can', () => {
    expect(exitCodeOfError(new TranscriptionError('storage_incompatible', 'x'))).toBe(2)
    expect(exitCodeOfError(new TranscriptionError('list_unavailable', 'x'))).toBe(2)
    expect(exitCodeOfError(new TranscriptionError('internal', 'x'))).toBe(1)
    expect(exitCodeOfError(new TypeError('x'))).toBe(1)
  })
})
