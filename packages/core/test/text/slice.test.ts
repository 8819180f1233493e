import { describe, expect, it } from 'vitest'
import { parseMoment } from '../../src/text/moments.ts'
import { slice } from '../../src/text/slice.ts'
import { following, segment, textsOf } from './captions.ts'

const captions = following('a', 'b', 'c', 'd')

describe('a part of a text', () => {
  it.each([
    [{}, ['a', 'b', 'c', 'd']],
    [{ startMs: 4_000 }, ['c', 'd']],
    [{ endMs: 4_000 }, ['a', 'b']],
    [{ startMs: 3_999, endMs: 4_001 }, ['b', 'c']],
    [{ startMs: 2_500, endMs: 3_000 }, ['b']],
    [{ startMs: 8_000 }, []],
  ])('is all that is heard between two moments: %j', (times, expected) => {
    expect(textsOf(slice(captions, times))).toEqual(expected)
  })

  it('has whole segments with their own times', () => {
    expect([...slice(captions, { startMs: 2_500, endMs: 2_600 })]).toEqual([segment('b', 2_000, 2_000)])
  })

  it('has a segment without a duration that begins at its start', () => {
    expect(textsOf(slice([segment('x', 5_000, 0)], { startMs: 5_000, endMs: 6_000 }))).toEqual(['x'])
  })
})

describe('a moment', () => {
  it.each([
    ['0', 0],
    ['90', 90_000],
    ['90.5', 90_500],
    ['0.0004', 0],
    ['1:30', 90_000],
    ['90:00', 5_400_000],
    ['1:02:03.5', 3_723_500],
    ['90s', 90_000],
    ['1m30s', 90_000],
    ['1h2m3s', 3_723_000],
    ['2h', 7_200_000],
    [' 5 ', 5_000],
  ])('is read as people write it: %s', (text, ms) => {
    expect(parseMoment(text)).toBe(ms)
  })

  it.each(['', ' ', '-1', 'x', '1:2:3:4', '1h30', '1.', '.5', '1e3', 'NaN', 'Infinity', '1:', '9'.repeat(30)])(
    'is nothing else: "%s"',
    (text) => {
      expect(parseMoment(text)).toBeUndefined()
    },
  )
})
