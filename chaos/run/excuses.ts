// When a process had a reason not to start, or not to stop in good order.

export interface Excuses {
  /** There is one as long as `work` runs. */
  during(work: () => Promise<void>): Promise<void>
  /** There is one at this moment. */
  now(): void
  /** Whether there was one at some time since then; in milliseconds since 1970. */
  anySince(since: number): boolean
}

export function createExcuses(): Excuses {
  let running = 0
  let lastEnd = -Infinity
  return {
    async during(work) {
      running += 1
      try {
        await work()
      } finally {
        running -= 1
        lastEnd = Date.now()
      }
    },
    now: () => void (lastEnd = Date.now()),
    anySince: (since) => running > 0 || lastEnd >= since,
  }
}
