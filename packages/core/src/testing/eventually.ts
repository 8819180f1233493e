// Waits for a condition instead of for a time.
import { setTimeout as delay } from 'node:timers/promises'

export interface EventuallyOptions {
  /** What is waited for, for the message: `the hint arrives`. */
  readonly what: string
  /** When to give up, in milliseconds of real time. @default 10 s */
  readonly withinMs?: number
}

/**
 * Resolves as soon as `condition` holds. For what happens outside of this process or on its own time; what
 * hangs on a {@link manualClock} needs no waiting.
 *
 * @throws an error that names `what` when it does not hold in time.
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { what, withinMs = 10_000 }: EventuallyOptions,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`Waited ${withinMs} ms in vain until ${what}.`)
    await delay(2)
  }
}
