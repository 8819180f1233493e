// Many waits that end by one signal, with one listener: more than ten on a signal look like a leak, and Node.js warns.

/** Calls `listener` when `signal` aborts. @returns a function that takes it back. */
export type OnAbort = (signal: AbortSignal, listener: () => void) => () => void

/** For sources and notifiers, whose many waits may all end by the signal of one worker. */
export function createAbortListeners(): OnAbort {
  const groups = new WeakMap<AbortSignal, Set<() => void>>()

  function join(signal: AbortSignal): Set<() => void> {
    const known = groups.get(signal)
    if (known) return known
    const group = new Set<() => void>()
    signal.addEventListener('abort', () => group.forEach((listener) => listener()), { once: true })
    groups.set(signal, group)
    return group
  }

  return (signal, listener) => {
    const group = join(signal)
    group.add(listener)
    return () => void group.delete(listener)
  }
}
