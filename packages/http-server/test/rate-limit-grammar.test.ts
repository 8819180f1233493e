import { describe, expect, it } from 'vitest'
import { parseLimits } from '../src/rate-limit/limit-grammar.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('the grammar of limits', () => {
  it.each([
    ['100/hour', 100, HOUR],
    ['100 per hour', 100, HOUR],
    ['100 PER HOUR', 100, HOUR],
    ['  7 / second ', 7, SECOND],
    ['10/5 minute', 10, 5 * MINUTE],
    ['10/5minutes', 10, 5 * MINUTE],
    ['10 per 5 Minutes', 10, 5 * MINUTE],
    ['2 per day', 2, DAY],
    ['1/month', 1, 30 * DAY],
    ['1/1 years', 1, 360 * DAY],
  ])('reads "%s"', (text, amount, windowMs) => {
    expect(parseLimits(text)).toMatchObject([{ amount, windowMs }])
  })

  it.each(['1/second;100/day', '1/second, 100 per day', '1 per second | 100/day'])(
    'reads several limits of one text, "%s"',
    (text) => {
      expect(parseLimits(text)).toEqual([
        { amount: 1, windowMs: SECOND, name: 'second' },
        { amount: 100, windowMs: DAY, name: 'day' },
      ])
    },
  )

  it('reads "off" as no limit', () => {
    expect(parseLimits('off')).toEqual([])
    expect(parseLimits(' OFF ')).toEqual([])
  })

  it.each([
    ['', 'a part of it is empty'],
    ['1/second;', 'a part of it is empty'],
    ['100', 'of "100"'],
    ['100/fortnight', 'of "100/fortnight"'],
    ['100perhour', 'of "100perhour"'],
    ['-1/hour', 'of "-1/hour"'],
    ['1.5/hour', 'of "1.5/hour"'],
    ['0/hour', '0 is no amount; "off" takes a limit away'],
    ['1/0 hours', '0 is no amount'],
    ['10/minute;20/60 seconds', 'it limits the same time twice'],
    ['1000000000000000/hour', 'too large'],
    ['1/1000 years', 'too large'],
  ])('refuses "%s", and shows how a limit is written', (text, reason) => {
    expect(() => parseLimits(text, 'READ_LIMIT')).toThrow(RangeError)
    expect(() => parseLimits(text, 'READ_LIMIT')).toThrow(`READ_LIMIT: "${text}" is not a list of limits`)
    expect(() => parseLimits(text, 'READ_LIMIT')).toThrow(reason)
    expect(() => parseLimits(text, 'READ_LIMIT')).toThrow('Write 100/hour, 10 per 5 minutes')
  })
})
