import { describe, expect, it } from 'vitest'
import { uuidV7 } from '../src/uuid-v7.ts'

describe('a UUID version 7', () => {
  it('carries its moment, its version and its variant where RFC 9562 says', () => {
    // The moment of the RFC's own example, appendix A.6.
    expect(uuidV7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('sorts by its moment, and is another one each time', () => {
    const ids = [1, 2, 3].map((ms) => uuidV7(1_700_000_000_000 + ms))

    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(Array.from({ length: 1_000 }, () => uuidV7(0))).size).toBe(1_000)
  })
})
