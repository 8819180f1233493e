import { describe, expect, it } from 'vitest'
import { clockTime, parseDuration } from '../src/output/durations.ts'

describe('durations', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['500ms', 500],
    ['20s', 20_000],
    ['1.5m', 90_000],
    [' 2h ', 7_200_000],
    ['30d', 2_592_000_000],
  ])('%s is %i milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '20', 's', '-1s', '1 s', '1w', '1s2', 'Infinitys', '1e3s'])('"%s" is none', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  it('are shown as a clock shows them', () => {
    expect([0, 42_000, 725_000, 3_723_000].map(clockTime)).toEqual(['0:00', '0:42', '12:05', '1:02:03'])
  })
})
