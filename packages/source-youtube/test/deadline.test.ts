import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { withDeadline } from '../src/deadline.ts'

const onTimeout = (): Error => new Error('too late')

describe('a deadline', () => {
  it('lets work that is in time give its result, and leaves no timer behind', async () => {
    const clock = manualClock()
    const { signal } = new AbortController()

    const result = await withDeadline(async () => 'done', { timeoutMs: 100, signal, clock, onTimeout })

    expect(result).toBe('done')
    expect(clock.sleeping).toBe(0)
  })

  it('ends work that takes too long, also when that does not listen', async () => {
    const clock = manualClock()
    const { signal } = new AbortController()
    let given: AbortSignal | undefined
    const deaf = (inner: AbortSignal): Promise<string> => {
      given = inner
      return new Promise(() => undefined)
    }

    const outcome = withDeadline(deaf, { timeoutMs: 100, signal, clock, onTimeout }).catch((error: unknown) => error)
    await clock.advance(99)
    expect(given?.aborted).toBe(false)
    await clock.advance(1)

    expect(await outcome).toEqual(new Error('too late'))
    expect(given?.aborted).toBe(true)
  })

  it('rejects with the reason of its signal, whatever the work makes of the abort', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const reason = new Error('nobody wants it')
    const work = (inner: AbortSignal): Promise<string> =>
      new Promise((_resolve, reject) => inner.addEventListener('abort', () => reject(new Error('socket closed'))))

    const outcome = withDeadline(work, { timeoutMs: 100, signal: controller.signal, clock, onTimeout })
    controller.abort(reason)

    await expect(outcome).rejects.toBe(reason)
    expect(clock.sleeping).toBe(0)
  })

  it('does not begin what is already unwanted', async () => {
    let begun = false
    const work = async (): Promise<void> => void (begun = true)
    const signal = AbortSignal.abort(new Error('no'))

    await expect(withDeadline(work, { timeoutMs: 100, signal, clock: manualClock(), onTimeout })).rejects.toThrow('no')
    expect(begun).toBe(false)
  })
})
