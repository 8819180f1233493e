// Bounds the memory of what is held at the same time.

export interface ByteBudget {
  /**
   * Waits until so many bytes fit beside what others hold, in the order of the calls. What is larger than the whole budget
   * passes alone.
   *
   * @returns gives them back; calling it twice is fine.
   * @throws the reason of `signal` when it aborts first.
   */
  take(bytes: number, signal: AbortSignal): Promise<() => void>
  /** Bytes that are held now. */
  readonly held: number
}

export function createByteBudget(maxBytes: number): ByteBudget {
  interface Waiting {
    readonly bytes: number
    readonly enter: () => void
  }
  const waiting = new Set<Waiting>()
  let held = 0
  let holders = 0

  return {
    get held() {
      return held
    },
    async take(bytes, signal) {
      signal.throwIfAborted()
      if (waiting.size > 0 || !fits(bytes)) await turn(bytes, signal)
      else hold(bytes)
      let isHeld = true
      return () => {
        if (isHeld) giveBack(bytes)
        isHeld = false
      }
    },
  }

  function fits(bytes: number): boolean {
    return holders === 0 || held + bytes <= maxBytes
  }

  function hold(bytes: number): void {
    held += bytes
    holders += 1
  }

  function giveBack(bytes: number): void {
    held -= bytes
    holders -= 1
    admit()
  }

  /** Only the first in line may enter, so that the large are not passed by the small for ever. */
  function admit(): void {
    for (const next of waiting) {
      if (!fits(next.bytes)) return
      waiting.delete(next)
      hold(next.bytes)
      next.enter()
    }
  }

  function turn(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(entry)
        reject(signal.reason)
        admit()
      }
      const entry: Waiting = {
        bytes,
        enter: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      waiting.add(entry)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
