// What goes wrong in a run, and when: all of it follows from the seed. How the processes meet it does not.
import { randomFrom } from '../random.mjs'
import type { Fault } from './faults.ts'

export interface PlannedFault {
  /** From the beginning of the run, in milliseconds. */
  readonly atMs: number
  readonly fault: Fault
  /** For its particulars. */
  readonly seed: number
}

export interface PlanOptions {
  readonly seed: number
  readonly forMs: number
  /** On average. */
  readonly faultsPerMinute: number
}

/** Faults come independently of each other: now two at once, now none for a while. */
export function planOf(faults: readonly Fault[], { seed, forMs, faultsPerMinute }: PlanOptions): PlannedFault[] {
  const random = randomFrom(seed)
  const plan: PlannedFault[] = []
  for (let atMs = pause(); atMs < forMs; atMs += pause()) {
    plan.push({ atMs, fault: byWeight(faults, random()), seed: Math.floor(random() * 2 ** 31) })
  }
  return plan

  function pause(): number {
    return (-Math.log(1 - random()) * 60_000) / faultsPerMinute
  }
}

function byWeight(faults: readonly Fault[], chosen: number): Fault {
  const total = faults.reduce((sum, { weight }) => sum + weight, 0)
  let left = chosen * total
  const found = faults.find(({ weight }) => (left -= weight) < 0) ?? faults.at(-1)
  if (!found) throw new Error('There is nothing that could go wrong.')
  return found
}
