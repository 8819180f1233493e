import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { manualClock } from '@ytscriptify/core/testing'
import { createLimiter } from '../src/limiter.ts'

const NEVER = new AbortController().signal

function setUp(options: { concurrency: number; minGapMs?: number; random?: () => number }) {
  const clock = manualClock()
  const admit = createLimiter({ minGapMs: 0, random: () => 0.5, ...options, clock })
  return { admit, clock }
}

describe('the limiter', () => {
  it('has no more permits out than allowed, and gives the next ones in the order of asking', async () => {
    const { admit, clock } = setUp({ concurrency: 2 })
    const entered: number[] = []
    const permits = [1, 2, 3, 4].map(async (number) => {
      const permit = await admit(NEVER)
      entered.push(number)
      return permit
    })

    await clock.advance(0)
    expect(entered).toEqual([1, 2])

    const first = await permits[0]
    first?.release()
    await clock.advance(0)
    expect(entered).toEqual([1, 2, 3])
  })

  it('counts a permit as given back once, however often it is released', async () => {
    const { admit, clock } = setUp({ concurrency: 1 })
    const first = await admit(NEVER)
    first.release()
    first.release()
    let entered = 0
    void admit(NEVER).then(() => (entered += 1))
    void admit(NEVER).then(() => (entered += 1))

    await clock.advance(0)

    expect(entered).toBe(1)
  })

  it('leaves a gap between permits, drawn from half to one and a half of its mean', async () => {
    const draws = [0, 1, 0.5]
    const { admit, clock } = setUp({ concurrency: 10, minGapMs: 100, random: () => draws.shift() ?? 0.5 })
    const entered: number[] = []
    for (let i = 0; i < 4; i += 1) void admit(NEVER).then(() => entered.push(clock.monotonic()))

    await clock.advance(1_000)

    expect(entered).toEqual([0, 50, 200, 300])
  })

  it('rejects with the reason of the signal, at whichever step it waits', async () => {
    const { admit, clock } = setUp({ concurrency: 1, minGapMs: 100 })
    const held = await admit(NEVER)
    const [placeless, behind] = [new AbortController(), new AbortController()]
    const waitsForPlace = admit(placeless.signal)
    const waitsInLine = admit(behind.signal)
    await clock.advance(0)

    behind.abort(new Error('second gave up'))
    placeless.abort(new Error('first gave up'))

    await expect(waitsForPlace).rejects.toThrow('first gave up')
    await expect(waitsInLine).rejects.toThrow('second gave up')
    await expect(admit(AbortSignal.abort(new Error('never wanted it')))).rejects.toThrow('never wanted it')
    held.release()
  })

  it('lets many wait by one signal without a listener for each', async () => {
    const { admit, clock } = setUp({ concurrency: 1, minGapMs: 100 })
    const controller = new AbortController()
    const waiting = Array.from({ length: 50 }, () => admit(controller.signal).catch((reason: unknown) => reason))
    await clock.advance(0)

    expect(getEventListeners(controller.signal, 'abort').length).toBeLessThanOrEqual(2)
    controller.abort('enough')
    expect((await Promise.all(waiting)).slice(1)).toEqual(Array.from({ length: 49 }, () => 'enough'))
  })

  it('loses neither a place nor a gap to those who gave up', async () => {
    const { admit, clock } = setUp({ concurrency: 1, minGapMs: 100 })
    const held = await admit(NEVER)
    held.release()
    for (let i = 0; i < 50; i += 1) {
      const controller = new AbortController()
      const given = admit(controller.signal).catch((reason: unknown) => reason)
      await clock.advance(0)
      controller.abort(new Error('gave up'))
      expect(await given).toEqual(new Error('gave up'))
    }

    const permit = admit(NEVER)
    await clock.advance(100)

    await expect(permit).resolves.toHaveProperty('release')
  })
})
