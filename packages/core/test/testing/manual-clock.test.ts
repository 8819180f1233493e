import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/testing/manual-clock.ts'

describe('a manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock({ startAt: new Date('2030-01-01T00:00:00Z') })

    await nextTurn()

    expect(clock.now()).toBe(Date.parse('2030-01-01T00:00:00Z'))
    expect(clock.monotonic()).toBe(0)
    await clock.advance(1_500)
    expect(clock.now()).toBe(Date.parse('2030-01-01T00:00:01.500Z'))
    expect(clock.monotonic()).toBe(1_500)
  })

  it('ends a sleep when its time has come, and not before', async () => {
    const clock = manualClock()
    let awake = false
    const sleeping = clock.sleep(1_000).then(() => (awake = true))

    await clock.advance(999)
    expect(awake).toBe(false)
    await clock.advance(1)

    expect(awake).toBe(true)
    expect(clock.sleeping).toBe(0)
    await sleeping
  })

  it('ends sleeps in the order of their time, each at its own moment', async () => {
    const clock = manualClock()
    const woken: [string, number][] = []
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms)
      woken.push([name, clock.monotonic()])
    }
    const all = [sleep('late', 300), sleep('early', 100), sleep('middle', 200), sleep('middle too', 200)]

    await clock.advance(1_000)

    expect(woken).toEqual([
      ['early', 100],
      ['middle', 200],
      ['middle too', 200],
      ['late', 300],
    ])
    await Promise.all(all)
  })

  it('lets what a sleep has woken run, and sleep again, before time moves on', async () => {
    const clock = manualClock()
    const ticks: number[] = []
    const controller = new AbortController()
    const loop = (async () => {
      while (!controller.signal.aborted) {
        await clock.sleep(100)
        await nextTurn()
        await nextTurn()
        ticks.push(clock.monotonic())
      }
    })()

    await clock.advance(350)

    expect(ticks).toEqual([100, 200, 300])
    controller.abort()
    await clock.advance(100)
    await loop
  })

  it('wakes who sleeps for no time at all as soon as it is moved', async () => {
    const clock = manualClock()
    const sleeping = clock.sleep(0)

    await clock.advance(0)

    await expect(sleeping).resolves.toBeUndefined()
  })

  it('lets a sleeper go with the reason of its signal', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const reason = new Error('enough')
    const sleeping = clock.sleep(1_000, controller.signal)

    controller.abort(reason)

    await expect(sleeping).rejects.toBe(reason)
    expect(clock.sleeping).toBe(0)
  })

  it('lets nobody fall asleep whose signal has aborted', async () => {
    const clock = manualClock()
    const reason = new Error('enough')

    await expect(clock.sleep(1_000, AbortSignal.abort(reason))).rejects.toBe(reason)

    expect(clock.sleeping).toBe(0)
  })
})
