import { describe, expect, it } from 'vitest'
import { isTranscriptionError, type TranscriptionError } from '../src/errors.ts'
import { DEFAULT_LIMITS, jobOfSubmission, type Submission } from '../src/submission.ts'
import { fakeSource } from '../src/testing/fake-source.ts'

const jobFrom = (input: Submission) =>
  jobOfSubmission(input, { source: fakeSource(), limits: DEFAULT_LIMITS, id: '0190163d-8694-739b-aea5-966c26f8ad91' })

const refusalOf = (input: unknown): TranscriptionError => {
  try {
    jobFrom(input as Submission)
  } catch (error) {
    if (isTranscriptionError(error)) return error
    throw error
  }
  throw new Error('It was accepted.')
}

describe('a submission', () => {
  it('becomes a job with one transcript for each URL, in the order given', () => {
    const job = jobFrom({ urls: ['https://example.test/dQw4w9WgXcQ', 'jNQXAC9IVRw'], languages: ['de', 'en'] })

    expect(job.transcripts.map(({ url, videoId }) => [url, videoId])).toEqual([
      ['https://example.test/dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
      ['jNQXAC9IVRw', 'jNQXAC9IVRw'],
    ])
    expect(job.request).toEqual({ languages: ['de', 'en'], kind: 'any' })
    expect(job.owner).toBe('default')
  })

  it('marks a video that is named again as a duplicate of its first occurrence', () => {
    const job = jobFrom({ urls: ['dQw4w9WgXcQ', 'jNQXAC9IVRw', 'https://example.test/dQw4w9WgXcQ'] })

    expect(job.transcripts.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, undefined, 0])
  })

  it('names every URL that is not one of a video', () => {
    const error = refusalOf({ urls: ['dQw4w9WgXcQ', 'https://evil.test/', 'jNQXAC9IVRw', 'hello world'] })

    expect(error.code).toBe('unsupported_url')
    expect(error.message).toBe('urls[1]: "https://evil.test/" is not the URL of one video (and 1 more).')
    expect(error.issues?.map(({ path }) => path)).toEqual([
      ['urls', 1],
      ['urls', 3],
    ])
  })

  it('is refused when it is empty', () => {
    const error = refusalOf({ urls: [] })

    expect(error.code).toBe('invalid_input')
    expect(error.message).toBe('urls: Give at least one URL.')
  })

  it('is refused with more URLs than a job may have', () => {
    const error = refusalOf({ urls: Array.from({ length: 51 }, () => 'dQw4w9WgXcQ') })

    expect(error.code).toBe('too_many_urls')
    expect(error.message).toContain('51 URLs are more than the 50')
  })

  it.each(['', 'e', 'english language', 'de_DE', 'x'.repeat(40), '../etc'])(
    'is refused with the language %j, which is not well-formed by BCP 47',
    (language) => {
      const error = refusalOf({ urls: ['dQw4w9WgXcQ'], languages: ['en', language] })

      expect(error.code).toBe('invalid_input')
      expect(error.issues?.[0]?.path).toEqual(['languages', 1])
    },
  )

  it.each(['en', 'pt-BR', 'zh-Hans', 'es-419', 'iw'])('takes the language %s', (language) => {
    expect(jobFrom({ urls: ['dQw4w9WgXcQ'], languages: [language] }).request.languages).toEqual([language])
  })

  it('takes "*" for any language, behind the languages that are wanted more', () => {
    const languagesOf = (languages: string[]) => jobFrom({ urls: ['dQw4w9WgXcQ'], languages }).request.languages

    expect(languagesOf(['de', '*'])).toEqual(['de', '*'])
    expect(languagesOf(['*'])).toEqual(['*'])
    expect(refusalOf({ urls: ['dQw4w9WgXcQ'], languages: ['*', 'de'] }).message).toBe(
      'languages: "*" takes whatever there is, so nothing may come after it.',
    )
  })

  it('says whether the text is translated, and whether it keeps its formatting', () => {
    const { request } = jobFrom({ urls: ['dQw4w9WgXcQ'], translateTo: 'ar', keepFormatting: true })

    expect(request).toEqual({ languages: [], kind: 'any', translateTo: 'ar', keepFormatting: true })
    expect(refusalOf({ urls: ['dQw4w9WgXcQ'], translateTo: 'arabic!' }).issues?.[0]?.path).toEqual(['translateTo'])
  })

  it('is refused with a setting that does not exist, so that a typing error is not silently ignored', () => {
    const error = refusalOf({ urls: ['dQw4w9WgXcQ'], langauges: ['en'] })

    expect(error.message).toContain('langauges')
  })

  it.each(['ftp://example.test/', 'not a url', 'javascript:alert(1)'])(
    'is refused with the callback URL %j',
    (callbackUrl) => {
      expect(refusalOf({ urls: ['dQw4w9WgXcQ'], callbackUrl }).issues?.[0]?.path).toEqual(['callbackUrl'])
    },
  )

  it.each([
    ['owner', { owner: 'o\u0000x' }],
    ['idempotencyKey', { idempotencyKey: 'k\u0000' }],
    ['urls', { urls: ['dQw4w9WgXcQ\u0000'] }],
  ])('is refused with U+0000 in %s, where databases would cut it', (name, input) => {
    const error = refusalOf({ urls: ['dQw4w9WgXcQ'], ...input })

    expect(error.code).toBe('invalid_input')
    expect(error.issues?.[0]?.path[0]).toBe(name)
  })

  it('has the same fingerprint for the same meaning, and another for another', () => {
    const hashOf = (input: Partial<Submission>) =>
      jobFrom({ urls: ['dQw4w9WgXcQ'], idempotencyKey: 'k', ...input }).idempotency?.hash

    expect(hashOf({})).toBe(hashOf({ kind: 'any' }))
    expect(hashOf({})).not.toBe(hashOf({ kind: 'manual' }))
    expect(hashOf({})).not.toBe(hashOf({ urls: ['jNQXAC9IVRw'] }))
  })
})
