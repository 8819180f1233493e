// Permits of the source, as many as it gives at once.
import { setMaxListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type { Permit, TranscriptSource } from '../source.ts'
import { NOBODY_WAITS } from '../when-aborted.ts'

/**
 * Waits for one permit, and takes along those that the source gives at the same time, up to `limit`.
 * Never empty.
 *
 * @throws the reason of `signal` when it aborts before the first.
 */
export async function takePermits(
  source: TranscriptSource,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<Permit[]> {
  signal.throwIfAborted()
  const enough = new AbortController()
  setMaxListeners(0, enough.signal) // Every one of the calls below may listen to it; it lives as long as they do.
  const stop = (): void => enough.abort(signal.reason)
  // Not AbortSignal.any: `signal` lives as long as the worker, and would keep every signal derived from it.
  signal.addEventListener('abort', stop)

  const permits: Permit[] = []
  const asked = Array.from({ length: limit }, async () => {
    permits.push(await source.admit(enough.signal))
  })
  try {
    await Promise.any(asked)
    // Not where all are there already: a turn may be long, when what was just fetched is stored in it.
    if (permits.length < limit) await setImmediate()
    return permits
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error
  } finally {
    signal.removeEventListener('abort', stop)
    enough.abort(NOBODY_WAITS)
    await Promise.allSettled(asked)
  }
}
