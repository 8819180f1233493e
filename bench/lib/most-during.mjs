// The most of something that changes, such as memory, while something else is done.
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_MS = 200

/** @returns the result of `work`, and the most that `look` has seen until it was over. */
export async function mostDuring(look, work) {
  const over = new AbortController()
  const watching = watch(look, over.signal)
  try {
    const result = await work()
    over.abort()
    return { result, most: await watching }
  } finally {
    over.abort()
  }
}

async function watch(look, signal) {
  let most = look()
  while (!signal.aborted) {
    // Woken by the end, too.
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
    most = Math.max(most, look())
  }
  return most
}
