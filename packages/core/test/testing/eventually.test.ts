import { describe, expect, it } from 'vitest'
import { eventually } from '../../src/testing/eventually.ts'

describe('waiting for a condition', () => {
  it('ends as soon as it holds', async () => {
    let looks = 0

    await eventually(async () => (looks += 1) === 3, { what: 'it was looked at three times' })

    expect(looks).toBe(3)
  })

  it('gives up with the name of what it waited for', async () => {
    await expect(eventually(() => false, { what: 'pigs fly', withinMs: 20 })).rejects.toThrow('until pigs fly')
  })
})
