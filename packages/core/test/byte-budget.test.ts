import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createByteBudget } from '../src/deliveries/byte-budget.ts'

const never = new AbortController().signal

/** Takes from a budget, and tells in `entered` when it has. */
function taker(maxBytes: number) {
  const budget = createByteBudget(maxBytes)
  const entered: string[] = []
  const take = async (name: string, bytes: number, signal: AbortSignal = never) => {
    const giveBack = await budget.take(bytes, signal)
    entered.push(name)
    return giveBack
  }
  return { budget, entered, take }
}

describe('a budget of bytes', () => {
  it('lets in what fits beside what others hold', async () => {
    const { budget, entered, take } = taker(100)

    await Promise.all([take('a', 60), take('b', 40)])
    void take('c', 1)
    await nextTurn()

    expect(entered).toEqual(['a', 'b'])
    expect(budget.held).toBe(100)
  })

  it('lets in the next as soon as there is room', async () => {
    const { entered, take } = taker(100)
    const giveBack = await take('a', 60)
    const waiting = take('b', 60)

    giveBack()
    await waiting

    expect(entered).toEqual(['a', 'b'])
  })

  it('keeps the order of asking, so that the small do not pass the large for ever', async () => {
    const { entered, take } = taker(100)
    const giveBack = await take('a', 60)
    const waiting = [take('large', 90), take('small', 10)]
    await nextTurn()
    expect(entered).toEqual(['a'])

    giveBack()
    await Promise.all(waiting)

    expect(entered).toEqual(['a', 'large', 'small'])
  })

  it('lets what is larger than all of it pass alone', async () => {
    const { entered, take } = taker(100)
    const giveBack = await take('a', 1)
    const large = take('large', 1_000)
    const after = take('b', 0)
    await nextTurn()
    expect(entered).toEqual(['a'])

    giveBack()
    const giveLargeBack = await large
    await nextTurn()
    expect(entered).toEqual(['a', 'large'])
    giveLargeBack()
    await after

    expect(entered).toEqual(['a', 'large', 'b'])
  })

  it('forgets who leaves, and lets in those behind', async () => {
    const { budget, entered, take } = taker(100)
    const leaving = new AbortController()
    const giveBack = await take('a', 60)
    const left = take('large', 90, leaving.signal)
    const behind = take('small', 10)

    leaving.abort(new Error('no more patience'))

    await expect(left).rejects.toThrow('no more patience')
    await behind
    expect(entered).toEqual(['a', 'small'])
    giveBack()
    expect(budget.held).toBe(10)
  })

  it('lets nobody in whose signal has aborted', async () => {
    const { budget, take } = taker(100)

    await expect(take('a', 1, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')

    expect(budget.held).toBe(0)
  })

  it('takes back once what is given back twice', async () => {
    const { budget, take } = taker(100)
    const giveBack = await take('a', 60)
    await take('b', 40)

    giveBack()
    giveBack()

    expect(budget.held).toBe(40)
  })
})
