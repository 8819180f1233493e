import { describe, expect, it } from 'vitest'
import { requestKeyOf, type TranscriptRequest } from '../src/transcript-request.ts'

const keyOf = (request: Partial<TranscriptRequest>): string =>
  requestKeyOf('gettysburg1', { languages: ['de', 'en'], kind: 'any', ...request })

describe('what a stored transcript is found again by', () => {
  // Stored rows have it: a change would have every video asked for anew.
  it('never changes for what could be asked for from the beginning', () => {
    expect(keyOf({})).toBe('[1,"gettysburg1",["de","en"],"any"]')
  })

  it('is the same for requests that must give the same text', () => {
    expect(keyOf({ languages: ['DE', 'en'], keepFormatting: false })).toBe(keyOf({}))
    expect(keyOf({ translateTo: 'pt-BR' })).toBe(keyOf({ translateTo: 'pt-br' }))
  })

  it('differs where the text may differ', () => {
    const requests: Partial<TranscriptRequest>[] = [
      {},
      { languages: ['en', 'de'] },
      { languages: ['de', 'en', '*'] },
      { kind: 'manual' },
      { translateTo: 'ar' },
      { translateTo: 'fr' },
      { keepFormatting: true },
      { translateTo: 'ar', keepFormatting: true },
    ]

    expect(new Set(requests.map(keyOf)).size).toBe(requests.length)
  })
})
