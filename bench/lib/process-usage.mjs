// What processes use, children included, read from /proc: so only on Linux.
import { readFileSync, readdirSync } from 'node:fs'

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the unit is fixed for all programs of Linux. */
const MS_PER_TICK = 10

/** CPU time of these processes, with that of their children, living and dead, in milliseconds. */
export function cpuMsOf(pids) {
  const stats = allStats()
  let ticks = 0
  for (const pid of withChildren(pids, stats)) {
    const { fields } = stats.get(pid)
    ticks += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
  }
  return ticks * MS_PER_TICK
}

/** Memory of these processes and their children, in MB: what each has alone, and its share of what it shares. */
export function memoryMbOf(pids) {
  return [...withChildren(pids, allStats())].reduce((sum, pid) => sum + pssKbOf(pid), 0) / 1_024
}

/** How long all cores together were busy since the machine started, in milliseconds, and how long they could have been. */
export function machineTimes() {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/ +/).slice(1, 9).map(Number)
  const all = fields.reduce((sum, ticks) => sum + ticks, 0)
  const [, , , idle, waiting] = fields
  return { busyMs: (all - idle - waiting) * MS_PER_TICK, allMs: all * MS_PER_TICK }
}

function allStats() {
  const stats = new Map()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = unlessGone(() => readFileSync(`/proc/${name}/stat`, 'latin1'))
    // The name of the program is in parentheses, and may contain anything.
    if (text !== undefined) stats.set(Number(name), statOf(text.slice(text.lastIndexOf(')') + 2).split(' ')))
  }
  return stats
}

const statOf = (fields) => ({ parent: Number(fields[1]), fields })

function withChildren(pids, stats) {
  const found = new Set(pids.filter((pid) => stats.has(pid)))
  // A set is walked through to its end, also what is added meanwhile.
  for (const pid of found) for (const [child, { parent }] of stats) if (parent === pid) found.add(child)
  return found
}

function pssKbOf(pid) {
  const text = unlessGone(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')) ?? ''
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
}

/** A process may end between two looks at it. */
function unlessGone(read) {
  try {
    return read()
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined
    throw error
  }
}
