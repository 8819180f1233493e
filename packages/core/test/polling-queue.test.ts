import { describe, expect, it } from 'vitest'
import { pollingQueue } from '../src/polling-queue.ts'
import { manualClock } from '../src/testing/manual-clock.ts'

const setUp = () => {
  const clock = manualClock()
  const queue = pollingQueue({ clock, intervalMs: 200 })
  const controller = new AbortController()
  const hints: number[] = []
  const consuming = queue.consume(() => hints.push(clock.now()), { source: 'youtube', signal: controller.signal })
  return { clock, queue, controller, hints, consuming, start: clock.now() }
}

describe('a polling queue', () => {
  it('hints at its interval, whether or not there is work', async () => {
    const { clock, hints, start } = setUp()

    await clock.advance(650)

    expect(hints.map((at) => at - start)).toEqual([200, 400, 600])
  })

  it('hints at once what this process pushes', async () => {
    const { clock, queue, hints, start } = setUp()
    await clock.advance(50)

    await queue.push({ source: 'youtube' })
    await clock.advance(0)

    expect(hints.map((at) => at - start)).toEqual([50])
  })

  it('hints nothing of another source', async () => {
    const { clock, queue, hints } = setUp()

    await queue.push({ source: 'elsewhere' })
    await clock.advance(100)

    expect(hints).toEqual([])
  })

  it('ends its consumers when they abort, and when it is closed', async () => {
    const aborted = setUp()
    const closed = setUp()

    aborted.controller.abort()
    await closed.queue.close()
    await closed.queue.close()

    await expect(Promise.all([aborted.consuming, closed.consuming])).resolves.toBeDefined()
  })
})
