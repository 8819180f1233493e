import { describe, expect, it } from 'vitest'
import { STANDARD_DELAYS_MS, deliveryPauseMs } from '../src/deliveries/delivery-schedule.ts'

const HOUR = 3_600_000
const always = (value: number) => () => value
const pause = (failures: number, retryAfterMs?: number, chance = 0.5) =>
  deliveryPauseMs({ failures, retryAfterMs, delaysMs: STANDARD_DELAYS_MS, random: always(chance) })

describe('the schedule of callbacks', () => {
  it('is that of Standard Webhooks: ten attempts, the last after more than three days', () => {
    const pauses = STANDARD_DELAYS_MS.map((_, index) => pause(index + 1) ?? 0)

    expect(pauses.map((ms) => ms / 1_000)).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
    expect(pauses.reduce((sum, ms) => sum + ms)).toBe((75 * 3_600 + 35 * 60 + 5) * 1_000)
    expect(pause(10)).toBe(undefined)
  })

  it('is kept give or take a tenth, so that what failed together does not come back together', () => {
    expect([pause(2, undefined, 0), pause(2, undefined, 1)]).toEqual([270_000, 330_000])
  })

  it('gives way to a receiver that wants longer to itself, and never calls it earlier', () => {
    for (const chance of [0, 0.3, 0.999]) {
      expect(pause(1, 60_000, chance)).toBeGreaterThanOrEqual(60_000)
      expect(pause(1, 60_000, chance)).toBeLessThanOrEqual(66_000)
    }
  })

  it('does not become faster where a receiver asks for less', () => {
    expect(pause(3, 1_000)).toBe(1_800_000)
  })

  it.each([10 * 24 * HOUR, Infinity])('waits a day at most, whatever a receiver asks: %s ms', (asked) => {
    expect(pause(1, asked)).toBe(24 * HOUR)
  })

  it.each([NaN, -1, 0])('does not heed a moment that is none: %s ms', (asked) => {
    expect(pause(1, asked)).toBe(5_000)
  })

  it('is at its end whatever a receiver asks', () => {
    expect(pause(10, 1_000)).toBe(undefined)
  })
})
