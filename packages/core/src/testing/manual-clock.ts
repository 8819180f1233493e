// Time that stands still until a test moves it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sleepBy, type Clock } from '../clock.ts'

export interface ManualClock extends Clock {
  /**
   * Moves time on by `ms` milliseconds. Sleeps end in the order of their time, each at its own moment, and what
   * they wake runs (and may sleep again) before time moves further.
   */
  advance(ms: number): Promise<void>
  /** How many sleeps and timers are waiting. */
  readonly sleeping: number
}

export interface ManualClockOptions {
  /** Where it starts. @default 2026-01-01T00:00:00Z */
  readonly startAt?: Date
  /** Whether something takes real time at this moment: this time stands still until it is done. @default nothing does */
  readonly isBusy?: () => boolean
}

/** A {@link Clock} for tests: `advance` is the only thing that moves it. */
export function manualClock({
  startAt = new Date('2026-01-01T00:00:00Z'),
  isBusy = () => false,
}: ManualClockOptions = {}): ManualClock {
  const start = startAt.getTime()
  const sleepers = new Set<Sleeper>()
  let now = start
  let changes = 0

  const wakeNextUntil = (end: number): boolean => {
    const next = earliestOf(sleepers)
    if (!next || next.wakeAt > end) return false
    now = Math.max(now, next.wakeAt)
    next.wake()
    return true
  }

  // Promises run to their end within one turn of the event loop; what comes and goes on turns of its own gets more.
  const letOthersRun = async (): Promise<void> => {
    for (let calm = 0, seen = changes; calm < CALM_TURNS; seen = changes) {
      await nextTurn()
      calm = changes === seen && !isBusy() ? calm + 1 : 0
    }
  }

  const timer = (ms: number, onTime: () => void): (() => void) => {
    const leave = (): void => void (sleepers.delete(sleeper) && (changes += 1))
    const wake = (): void => {
      leave()
      onTime()
    }
    const sleeper: Sleeper = { wakeAt: now + ms, wake }
    sleepers.add(sleeper)
    changes += 1
    return leave
  }

  return {
    now: () => now,
    monotonic: () => now - start,

    timer,
    sleep: (ms, signal) => sleepBy(timer, ms, signal),

    async advance(ms) {
      const end = now + ms
      do {
        await letOthersRun()
      } while (wakeNextUntil(end))
      now = end
      await letOthersRun()
    },

    get sleeping() {
      return sleepers.size
    },
  }
}

const CALM_TURNS = 3

interface Sleeper {
  readonly wakeAt: number
  readonly wake: () => void
}

/** Of equal ones the first to have fallen asleep: a Set keeps that order. */
function earliestOf(sleepers: ReadonlySet<Sleeper>): Sleeper | undefined {
  let earliest: Sleeper | undefined
  for (const sleeper of sleepers) if (!earliest || sleeper.wakeAt < earliest.wakeAt) earliest = sleeper
  return earliest
}
