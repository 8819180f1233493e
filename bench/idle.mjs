// What it costs to wait for work: CPU time of the process that waits and of the servers, what it asks them, and its memory.
//
//   node bench/idle.mjs [--contenders ours-postgres,…] [--seconds 30] [--write]
//
// One process that submits and works, after some work; the first line is that of the servers alone. Nothing of it is asserted.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { WAITING_CONTENDERS, contendersNamed } from './contenders/contenders.mjs'
import { usageOf, withContender } from './lib/contender-run.mjs'
import { shown } from './lib/figures.mjs'
import { cpuMsOf } from './lib/process-usage.mjs'
import { quietMachine, watchOthers } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { startServers } from './lib/servers.mjs'

const { values } = parseArgs({
  options: {
    contenders: { type: 'string', default: WAITING_CONTENDERS.join() },
    seconds: { type: 'string', default: '30' },
    write: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const WARM_UP_JOBS = 20
/** What still happens after work, such as the statistics of PostgreSQL, is over by then. */
const SETTLE_MS = 5_000

const servers = await startServers()
const others = []
try {
  const rows = [['the servers alone', ...cellsOf(await watched([]))]]
  for (const contender of contendersNamed(values.contenders.split(','))) {
    const settings = { servers, workers: 'together', perJob: 1, latencyMs: 0, slots: 100 }
    const figures = await withContender(contender, settings, async (run) => {
      await run.load({ jobs: WARM_UP_JOBS, inFlight: 1 })
      const memoryMb = usageOf(run, { servers, contender }).workerMemoryMb
      return { ...(await watched(run.pids())), memoryMb: memoryMb() }
    })
    rows.push([contender.title, ...cellsOf(figures)])
    console.log(rows.at(-1).join('  '))
  }
  const head = ['', 'own CPU', 'PostgreSQL', 'Redis', 'transactions/s', 'commands/s', 'memory, MB']
  const on = measuredOn({ servers: await servers.versions(), others })
  const what = `Percent of one core over ${seconds} s, 100 slots.`
  report('idle', { text: `${on}\n\n${what}\n\n${table(head, rows)}`, isWritten: values.write })
} finally {
  await servers.stop()
}

async function watched(pids) {
  await delay(SETTLE_MS)
  await quietMachine()
  const look = () => ({
    own: cpuMsOf(pids),
    postgres: cpuMsOf([servers.pids.postgres]),
    redis: cpuMsOf([servers.pids.redis]),
  })
  const machine = watchOthers()
  const [before, counts] = [look(), await servers.counts()]
  await delay(seconds * 1_000)
  const [after, countsAfter] = [look(), await servers.counts()]
  const [own, postgres, redis] = ['own', 'postgres', 'redis'].map((name) => after[name] - before[name])
  others.push(machine(own + postgres + redis))
  const a = (count) => count / seconds
  return {
    percents: [own, postgres, redis].map((ms) => ms / 10 / seconds),
    transactions: a(countsAfter.transactions - counts.transactions),
    commands: a(countsAfter.commands - counts.commands),
  }
}

function cellsOf({ percents, transactions, commands, memoryMb }) {
  const rates = [transactions, commands].map((rate) => shown(rate, 1))
  return [...percents.map((percent) => shown(percent, 2)), ...rates, memoryMb === undefined ? '' : shown(memoryMb)]
}
