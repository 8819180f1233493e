// The conformance suite of stores of request limits: exact, all windows or none, and forgotten by themselves.
import assert from 'node:assert/strict'
import type { LimitWindow, LimitWindowState, RateLimitStore } from '../rate-limit-store.ts'
import { suiteOf, type Harness, type Suite, type SuiteOptions } from './test-runner.ts'

export interface RateLimitStoreHarness extends Harness {
  /** A store that has counted nothing yet. */
  readonly store: RateLimitStore
  /**
   * Opens a second handle on the same counts, as another process would have it. A store of one process alone gives the
   * same store again. The harness closes it when it is disposed.
   */
  readonly another: () => Promise<RateLimitStore>
  /** Lets this much time pass for the store. It may take that long. */
  readonly advance: (ms: number) => Promise<void>
}

/** Defines the tests that every {@link RateLimitStore} passes. They let about a second of the store's time pass. */
export function describeRateLimitStore(options: SuiteOptions<RateLimitStoreHarness>): void {
  const suite = suiteOf(options)
  suite.describe('a store of request limits', () => {
    describeWindows(suite)
    describeSeveralWindows(suite)
    describeSharing(suite)
  })
}

function describeWindows({ describe, it }: Suite<RateLimitStoreHarness>): void {
  describe('a window', () => {
    it('gives as many units as it has, then none', async ({ store }) => {
      const states = []

      for (let count = 0; count < 4; count += 1) states.push(await take(store, windowOf('a', { limit: 3 })))

      assert.deepEqual(
        states.map(({ allowed, remaining }) => [allowed, remaining]),
        [
          [true, 2],
          [true, 1],
          [true, 0],
          [false, 0],
        ],
      )
    })

    it('counts each key for itself', async ({ store }) => {
      await take(store, windowOf('a', { limit: 1 }))

      const other = await take(store, windowOf('b', { limit: 1 }))
      const same = await take(store, windowOf('a', { limit: 1 }))

      assert.equal(other.allowed, true)
      assert.equal(same.allowed, false)
    })

    it('begins with the first unit that is taken, and is full again when its time is over', async ({
      store,
      advance,
    }) => {
      const window = windowOf('a', { limit: 2, windowMs: 600 })
      const first = await take(store, window)
      await advance(200)
      const second = await take(store, window)
      await advance(second.resetMs + 5)

      const third = await take(store, window)

      assert.ok(first.resetMs > 400 && first.resetMs <= 600, `${first.resetMs} ms of 600 ms are left`)
      assert.ok(second.resetMs > 0 && second.resetMs <= first.resetMs - 200, `${second.resetMs} ms are left`)
      assert.equal(second.remaining, 0)
      assert.equal(third.remaining, 1)
      assert.ok(third.resetMs > second.resetMs)
    })

    it('is not prolonged by what it refuses', async ({ store, advance }) => {
      const window = windowOf('a', { limit: 1, windowMs: 600 })
      await take(store, window)
      await advance(200)

      const refused = await take(store, window)
      await advance(refused.resetMs + 5)

      assert.equal(refused.allowed, false)
      assert.ok(refused.resetMs <= 400)
      assert.equal((await take(store, window)).allowed, true)
    })

    it('takes keys of any characters apart from each other', async ({ store }) => {
      const keys = ['request:a', 'request:A', 'request:ä', 'request: {a}', 'request:{b}', 'request:\n', 'request:']

      const states = []
      for (const key of keys) states.push(await take(store, windowOf(key, { limit: 1 })))

      assert.ok(states.every(({ allowed }) => allowed))
    })
  })
}

function describeSeveralWindows({ describe, it }: Suite<RateLimitStoreHarness>): void {
  describe('several windows', () => {
    it('are answered in the order they were given', async ({ store }) => {
      const states = await store.take([
        windowOf('second', { limit: 2, windowMs: 1_000 }),
        windowOf('day', { limit: 5, windowMs: 86_400_000 }),
      ])

      assert.deepEqual(
        states.map(({ remaining }) => remaining),
        [1, 4],
      )
      assert.ok(Number(states[0]?.resetMs) <= 1_000)
      assert.ok(Number(states[1]?.resetMs) > 86_000_000)
    })

    it('lose nothing when one of them is used up, whichever it is', async ({ store }) => {
      const [small, large] = [windowOf('small', { limit: 1 }), windowOf('large', { limit: 9 })]
      await store.take([small, large])

      const smallFirst = await store.take([small, large])
      const largeFirst = await store.take([large, small])

      assert.deepEqual(
        smallFirst.map(({ allowed, remaining }) => [allowed, remaining]),
        [
          [false, 0],
          [true, 8],
        ],
      )
      assert.deepEqual(
        largeFirst.map(({ allowed, remaining }) => [allowed, remaining]),
        [
          [true, 8],
          [false, 0],
        ],
      )
    })

    it('do not begin when one of them is used up', async ({ store, advance }) => {
      const [used, fresh] = [windowOf('used', { limit: 1 }), windowOf('fresh', { limit: 9, windowMs: 60_000 })]
      await store.take([used])
      await store.take([used, fresh])
      await advance(300)

      const state = await take(store, fresh)

      assert.equal(state.remaining, 8)
      assert.ok(state.resetMs > 60_000 - 200, `${state.resetMs} ms are left`)
    })

    it('may be none', async ({ store }) => {
      assert.deepEqual(await store.take([]), [])
    })
  })
}

function describeSharing({ describe, it }: Suite<RateLimitStoreHarness>): void {
  describe('500 requests at once over two handles', () => {
    it('get exactly as many units as there are', async ({ store, another }) => {
      const stores = [store, await another()]
      const windows = [windowOf('minute', { limit: 150 }), windowOf('hour', { limit: 100, windowMs: 3_600_000 })]

      const answers = await Promise.all(
        Array.from({ length: 500 }, (_, index) => (stores[index % 2] ?? store).take(windows)),
      )

      assert.equal(answers.filter((states) => states.every(({ allowed }) => allowed)).length, 100)
      const [minute, hour] = await store.take(windows)
      assert.deepEqual([minute?.remaining, hour?.remaining], [50, 0])
    })
  })
}

const windowOf = (key: string, { limit, windowMs = 60_000 }: { limit: number; windowMs?: number }): LimitWindow => ({
  key,
  limit,
  windowMs,
})

async function take(store: RateLimitStore, window: LimitWindow): Promise<LimitWindowState> {
  const [state, ...more] = await store.take([window])
  assert.ok(state && more.length === 0, 'One window has one state.')
  return state
}
