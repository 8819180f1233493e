// Waits for the locks of other processes without stopping this one.
import { systemClock, type Clock } from '@ytscriptify/core'
import { isBusy } from './sqlite-errors.ts'

export interface BusyRetryOptions {
  /** When to give up, in milliseconds. @default 30 s, far beyond any transaction of ours */
  readonly patienceMs?: number
  readonly clock?: Clock
  readonly random?: () => number
}

/** The longest single wait, in milliseconds: transactions take less, so that waiting longer would only be idle. */
const MAX_WAIT_MS = 25

/**
 * Runs `work` until no other process is in its way. It must not have changed anything when it fails for that reason.
 *
 * Waits are random, so that several who wait do not meet again and again.
 *
 * @throws what `work` throws, and its last "busy" when the patience is over.
 */
export async function retryWhileBusy<T>(work: () => Promise<T>, options: BusyRetryOptions = {}): Promise<T> {
  const { patienceMs = 30_000, clock = systemClock, random = Math.random } = options
  const since = clock.monotonic()
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || clock.monotonic() - since >= patienceMs) throw error
    }
    await clock.sleep(1 + random() * Math.min(MAX_WAIT_MS, 2 ** tries))
  }
}
