import { describe, expect, it } from 'vitest'
import { inGroups, type GroupOptions } from '../src/in-groups.ts'

/** Commits numbers, and remembers the groups. */
function commitNumbers(overrides: Partial<GroupOptions<number, string>> = {}) {
  const groups: (readonly number[])[] = []
  const write = inGroups<number, string>({
    run: async (items) => {
      groups.push(items)
      return items.map((item) => `written ${item}`)
    },
    maxItems: 3,
    maxWeight: 100,
    weightOf: (item) => item,
    parallel: 1,
    isGeneral: () => false,
    ...overrides,
  })
  return { write, groups }
}

describe('a group', () => {
  it('takes together what comes in at the same time, and answers each', async () => {
    const { write, groups } = commitNumbers()

    const results = await Promise.all([write(1), write(2)])

    expect(results).toEqual(['written 1', 'written 2'])
    expect(groups).toEqual([[1, 2]])
  })

  it('takes together what comes in while a transaction is under way', async () => {
    let finish = (): void => undefined
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const { write, groups } = commitNumbers({
      run: async (items) => {
        groups.push(items)
        if (groups.length === 1) await finished
        return items.map(String)
      },
    })

    const first = write(1)
    await new Promise(setImmediate)
    const others = [write(2), write(3)]
    finish()
    await Promise.all([first, ...others])

    expect(groups).toEqual([[1], [2, 3]])
  })

  it('is bounded in the number of items', async () => {
    const { write, groups } = commitNumbers()

    await Promise.all([1, 2, 3, 4].map(write))

    expect(groups).toEqual([[1, 2, 3], [4]])
  })

  it('is bounded in their weight, and what is too heavy goes alone', async () => {
    const { write, groups } = commitNumbers()

    await Promise.all([60, 30, 20, 500, 1].map(write))

    expect(groups).toEqual([[60, 30], [20], [500], [1]])
  })

  it('of which one item cannot be written fails for that one alone', async () => {
    const { write, groups } = commitNumbers({
      run: async (items) => {
        groups.push(items)
        if (items.includes(2)) throw new Error('2 is too odd')
        return items.map(String)
      },
    })

    const results = await Promise.allSettled([write(1), write(2), write(3)])

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(groups).toEqual([[1, 2, 3], [1], [2], [3]])
  })

  // It made its whole group wait for ever, and everybody after it.
  it('of which one item cannot be weighed fails for that one alone', async () => {
    const { write, groups } = commitNumbers({
      weightOf: (item) => {
        if (item === 2) throw new Error('2 cannot be weighed')
        return item
      },
    })

    const results = await Promise.allSettled([write(1), write(2), write(3)])
    const later = await write(4)

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(later).toBe('written 4')
    expect(groups).toEqual([[1, 3], [4]])
  })

  it('that fails for a reason of the database is not tried item by item', async () => {
    const away = new Error('the database is away')
    const { write, groups } = commitNumbers({
      run: async (items) => {
        groups.push(items)
        throw away
      },
      isGeneral: (error) => error === away,
    })

    const results = await Promise.allSettled([write(1), write(2)])

    expect(results.map((result) => (result.status === 'rejected' ? result.reason : undefined))).toEqual([away, away])
    expect(groups).toEqual([[1, 2]])
  })

  it('goes on after a failure', async () => {
    let fail = true
    const { write } = commitNumbers({
      run: async (items) => {
        if (fail) throw new Error('not now')
        return items.map(String)
      },
    })
    await expect(write(1)).rejects.toThrow('not now')
    fail = false

    expect(await write(2)).toBe('2')
  })

  describe('of which several may run at the same time', () => {
    it('lets another begin only where so much waits that it is half full', async () => {
      const { write, groups, finishAll } = heldNumbers({ maxItems: 4, parallel: 2 })

      const first = write(1)
      await new Promise(setImmediate)
      const second = write(2)
      await new Promise(setImmediate)
      const begunBefore = groups.length
      const third = write(3)
      await new Promise(setImmediate)
      finishAll()
      await Promise.all([first, second, third])

      expect(begunBefore).toBe(1)
      expect(groups).toEqual([[1], [2, 3]])
    })

    it('lets another begin beside one that takes long', async () => {
      const { write, groups, finishAll } = heldNumbers({ maxItems: 4, parallel: 2 })

      const first = write(1)
      await new Promise(setImmediate)
      const second = write(2)
      await expect.poll(() => groups).toEqual([[1], [2]])
      finishAll()
      await Promise.all([first, second])
    })

    it('begins no more than it may', async () => {
      const { write, groups, finishAll } = heldNumbers({ maxItems: 1, parallel: 2 })

      const written = [1, 2, 3, 4].map(write)
      await expect.poll(() => groups).toEqual([[1], [2]])
      finishAll()
      await Promise.all(written)

      expect(groups).toEqual([[1], [2], [3], [4]])
    })
  })
})

/** Groups that do not end before all are let go. */
function heldNumbers(overrides: Partial<GroupOptions<number, string>>) {
  let finishAll = (): void => undefined
  const finished = new Promise<void>((resolve) => (finishAll = resolve))
  const groups: (readonly number[])[] = []
  const { write } = commitNumbers({
    ...overrides,
    run: async (items) => {
      groups.push(items)
      await finished
      return items.map(String)
    },
  })
  return { write, groups, finishAll: () => finishAll() }
}
