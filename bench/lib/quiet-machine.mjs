// Somebody else's load on the machine is in every figure: it is waited out before a measurement, and told of after it.
import { setTimeout as delay } from 'node:timers/promises'
import { machineTimes } from './process-usage.mjs'

const QUIET_SHARE = 0.15
const LOOK_MS = 250
const LOOKS = 3

/** Resolves when the machine was quiet for a moment, or after `atMostMs`. */
export async function quietMachine({ atMostMs = 15_000 } = {}) {
  const since = performance.now()
  for (let quiet = 0; quiet < LOOKS && performance.now() - since < atMostMs;) {
    const before = machineTimes()
    await delay(LOOK_MS)
    quiet = busyShare(before, machineTimes()) <= QUIET_SHARE ? quiet + 1 : 0
  }
}

/** Begins to watch. @returns gives the share of all cores, from 0 to 1, that others used, given the CPU time of all of ours. */
export function watchOthers() {
  const before = machineTimes()
  return (oursMs) => {
    const after = machineTimes()
    return Math.max(0, (after.busyMs - before.busyMs - oursMs) / (after.allMs - before.allMs))
  }
}

const busyShare = (before, after) => (after.busyMs - before.busyMs) / (after.allMs - before.allMs)
