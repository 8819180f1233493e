// Counts requests in this process.
import { systemClock, type Clock, type LimitWindow, type RateLimitStore } from '@ytscriptify/core'

export interface MemoryRateLimitStoreOptions {
  /**
   * How many windows are remembered at most. Beyond it the one that was looked at longest ago is forgotten, so that
   * addresses nobody has seen before cannot fill the memory. @default 100,000, about 15 MB
   */
  readonly maxKeys?: number
  /** @default the system's clock */
  readonly clock?: Clock
}

export interface MemoryRateLimitStore extends RateLimitStore {
  /** How many windows are remembered. */
  readonly size: number
}

/** A {@link RateLimitStore} of this process alone: of several processes each lets through the whole limit. */
export function memoryRateLimitStore({
  maxKeys = 100_000,
  clock = systemClock,
}: MemoryRateLimitStoreOptions = {}): MemoryRateLimitStore {
  const counts = new Map<string, Count>()

  return {
    get size() {
      return counts.size
    },

    // Without an await between reading and writing, so that no other call comes in between.
    async take(windows) {
      const now = clock.monotonic()
      const found = windows.map((window) => ({ ...window, count: countOf(window, now) }))
      const fits = found.every(({ count, limit }) => count.used < limit)
      return found.map(({ key, limit, count }) => {
        const allowed = count.used < limit
        if (fits) remember(key, { count: { ...count, used: count.used + 1 }, now })
        const used = count.used + (fits ? 1 : 0)
        return { allowed, remaining: Math.max(0, limit - used), resetMs: count.endsAt - now }
      })
    },
  }

  function countOf({ key, windowMs }: LimitWindow, now: number): Count {
    const count = counts.get(key)
    return count && count.endsAt > now ? count : { used: 0, endsAt: now + windowMs }
  }

  function remember(key: string, { count, now }: { readonly count: Count; readonly now: number }): void {
    if (!counts.has(key)) sweep(now)
    counts.set(key, count)
    if (counts.size > maxKeys) dropOldest()
  }

  /** With each new window two old ones are looked at, so that what has ended goes as fast as new ones come. */
  function sweep(now: number): void {
    for (let looks = 0; looks < 2; looks += 1) {
      const [oldest] = counts
      if (!oldest) return
      const [key, count] = oldest
      counts.delete(key)
      if (count.endsAt > now) counts.set(key, count)
    }
  }

  function dropOldest(): void {
    const [oldest] = counts.keys()
    if (oldest !== undefined) counts.delete(oldest)
  }
}

interface Count {
  readonly used: number
  readonly endsAt: number
}
