import { describe, expect, it } from 'vitest'
import { TranscriptionError, isTranscriptionError, toErrorRecord } from '../src/errors.ts'

describe('a transcription error', () => {
  it('says by its code whether another try can succeed, and what a person does next', () => {
    const error = new TranscriptionError('source_blocked', 'YouTube asks whether we are a bot.')

    expect(error.retryable).toBe(true)
    expect(error.hint).toMatch(/wait/)
  })

  it('is recognised by name and code, also when it comes from another copy of this package', () => {
    const foreign = Object.assign(new Error('m'), { name: 'TranscriptionError', code: 'job_not_found' })

    expect(isTranscriptionError(foreign)).toBe(true)
    expect(isTranscriptionError(foreign, 'job_not_found')).toBe(true)
    expect(isTranscriptionError(foreign, 'internal')).toBe(false)
    expect(isTranscriptionError(Object.assign(new Error('m'), { code: 'job_not_found' }))).toBe(false)
    expect(isTranscriptionError('job_not_found')).toBe(false)
  })

  it('becomes plain data that leaves out what is not known', () => {
    const retryAt = new Date('2026-01-01T00:00:00Z')

    expect(toErrorRecord(new TranscriptionError('live_upcoming', 'Soon.', { retryAt, hint: 'Wait.' }))).toEqual({
      code: 'live_upcoming',
      message: 'Soon.',
      hint: 'Wait.',
      retryable: true,
      retryAt,
    })
    expect(toErrorRecord(new TranscriptionError('video_private', 'Private.'))).not.toHaveProperty('retryAt')
  })

  it('becomes data that every database can store', () => {
    const odd = new TranscriptionError('source_blocked', 'a\u0000b', { retryAt: new Date(NaN) })

    expect(toErrorRecord(odd)).toMatchObject({ message: 'a\ufffdb' })
    expect(toErrorRecord(odd)).not.toHaveProperty('retryAt')
  })

  it('keeps its cause', () => {
    const cause = new Error('ECONNRESET')

    expect(new TranscriptionError('source_unreachable', 'Gone.', { cause }).cause).toBe(cause)
  })
})
