import { describe, expect, it } from 'vitest'
import { manualClock } from '../src/testing/manual-clock.ts'
import { createWaker } from '../src/waker.ts'

const setUp = () => {
  const clock = manualClock()
  return { clock, waker: createWaker(clock), controller: new AbortController() }
}

describe('a waker', () => {
  it('ends the wait when its time is up', async () => {
    const { clock, waker, controller } = setUp()
    let over = false
    const wait = waker.wait({ ms: 1_000, signal: controller.signal }).then(() => (over = true))

    await clock.advance(999)
    const early = over
    await clock.advance(1)
    await wait

    expect(early).toBe(false)
  })

  it('ends the wait when it is woken, and leaves no sleep behind', async () => {
    const { clock, waker, controller } = setUp()
    const wait = waker.wait({ ms: 1_000, signal: controller.signal })

    waker.wake()
    await wait
    await clock.advance(0)

    expect(clock.sleeping).toBe(0)
  })

  it('loses no wake: one that comes before the wait ends it at once', async () => {
    const { waker, controller } = setUp()

    waker.wake()

    await expect(waker.wait({ signal: controller.signal })).resolves.toBeUndefined()
  })

  it('ends the wait when the signal aborts', async () => {
    const { waker, controller } = setUp()
    const wait = waker.wait({ signal: controller.signal })

    controller.abort()

    await expect(wait).resolves.toBeUndefined()
  })
})
