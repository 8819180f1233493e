import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../src/retry-after.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

describe('Retry-After', () => {
  it('is a number of seconds', () => {
    expect(retryAfterMs(' 120 ', NOW)).toBe(120_000)
  })

  it('is a date', () => {
    expect(retryAfterMs('Thu, 01 Jan 2026 00:05:00 GMT', NOW)).toBe(300_000)
  })

  it.each([null, undefined, '', '0', '-5', '1.5', 'soon', 'Wed, 31 Dec 2025 00:00:00 GMT', 'Nonsense GMT'])(
    'says nothing: %j',
    (header) => {
      expect(retryAfterMs(header, NOW)).toBeUndefined()
    },
  )

  it('is cut to a day: longer is more likely a mistake', () => {
    expect(retryAfterMs('999999999999', NOW)).toBe(86_400_000)
  })
})
