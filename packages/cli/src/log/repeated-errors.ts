// A database or a Redis that is away is reported by everything that asks it, many times a second: the log says it once a minute.

/** How long the same error is kept back after it was told, in milliseconds. */
const QUIET_MS = 60_000

/** So many errors are told apart. What is beyond is told each time. */
const MAX_KNOWN = 100

export interface RepeatedErrors {
  /**
   * Whether to tell of an error now. `before` is how often it was kept back since it was told last.
   *
   * @returns `undefined` when it was told a moment ago.
   */
  tell(during: string, message: string): { readonly before: number } | undefined
}

/** @param now - Milliseconds. */
export function createRepeatedErrors({ now }: { readonly now: () => number }): RepeatedErrors {
  const known = new Map<string, { toldAt: number; keptBack: number }>()
  return {
    tell(during, message) {
      const kind = `${during}: ${kindOf(message)}`
      const last = known.get(kind)
      if (last && now() - last.toldAt < QUIET_MS) {
        last.keptBack += 1
        return undefined
      }
      if (!last && known.size >= MAX_KNOWN) known.clear()
      known.set(kind, { toldAt: now(), keptBack: 0 })
      return { before: last?.keptBack ?? 0 }
    },
  }
}

/** Up to the first colon or number: what was asked, by which port and for how long the answer did not come differ each time. */
const kindOf = (message: string): string => message.replace(/[:\d].*$/s, '')
