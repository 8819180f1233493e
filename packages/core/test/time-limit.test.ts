import { describe, expect, it } from 'vitest'
import { manualClock } from '../src/testing/manual-clock.ts'
import { createTimeLimit } from '../src/time-limit.ts'

describe('a time limit', () => {
  it('aborts when the time is up, with the reason that was made for it', async () => {
    const clock = manualClock()
    const reason = new Error('too late')
    const { signal } = createTimeLimit({
      ms: 1_000,
      clock,
      signal: new AbortController().signal,
      onTimeUp: () => reason,
    })

    await clock.advance(999)
    const early = signal.aborted
    await clock.advance(1)

    expect(early).toBe(false)
    expect(signal.reason).toBe(reason)
  })

  it.each([0, -5])('is over from the start when %s ms are left', (ms) => {
    const { signal } = createTimeLimit({ ms, clock: manualClock(), signal: new AbortController().signal })

    expect(signal.aborted).toBe(true)
  })

  it.each(['before', 'after'])('aborts with the reason of the outer signal, which aborts %s it is set', (when) => {
    const outer = new AbortController()
    const reason = new Error('the worker stops')
    if (when === 'before') outer.abort(reason)

    const { signal } = createTimeLimit({ ms: 1_000, clock: manualClock(), signal: outer.signal })
    if (when === 'after') outer.abort(reason)

    expect(signal.reason).toBe(reason)
  })

  it('aborts no more once it is cleared', async () => {
    const clock = manualClock()
    const limit = createTimeLimit({ ms: 1_000, clock, signal: new AbortController().signal })

    limit.clear()
    await clock.advance(2_000)

    expect(limit.signal.aborted).toBe(false)
  })
})
