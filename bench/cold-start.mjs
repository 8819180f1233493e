// How soon a process is of use: a server from its start to the first answer, a worker from its start to the first result of a
// job that was there before.
//
//   node bench/cold-start.mjs [--contenders ours-postgres,…] [--rounds 5] [--write]
//
// In turns, on a schema that is there already. Nothing of it is asserted.
import { parseArgs } from 'node:util'
import { WAITING_CONTENDERS, contendersNamed } from './contenders/contenders.mjs'
import { usageOf, withContender } from './lib/contender-run.mjs'
import { spread } from './lib/figures.mjs'
import { quietMachine, watchOthers } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { COMMAND, startServer } from './lib/server-process.mjs'
import { startServers } from './lib/servers.mjs'
import { wallClock } from './lib/wall-clock.mjs'

const { values } = parseArgs({
  options: {
    contenders: { type: 'string', default: WAITING_CONTENDERS.join() },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
})
const SECRET = 'a-key-that-no-server-refuses-0123456789'
const SERVERS = { SQLite: { servers: [] }, PostgreSQL: { servers: ['postgres'] } }

const servers = await startServers()
const measures = new Map([
  ...Object.entries(SERVERS).map(([title, needs]) => [`\`ytscriptify serve\`, ${title}`, () => serverStart(needs)]),
  ...contendersNamed(values.contenders.split(',')).map((contender) => [
    `worker: ${contender.title}`,
    () => workerStart(contender),
  ]),
])
const runs = new Map([...measures.keys()].map((name) => [name, []]))
try {
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [name, measure] of measures) runs.get(name).push(await measure())
  const column = (figures, key, digits) =>
    spread(
      figures.map((one) => one[key]),
      digits,
    )
  const rows = [...runs].map(([name, figures]) => [name, column(figures, 'ms'), column(figures, 'memoryMb')])
  const on = measuredOn({
    servers: await servers.versions(),
    others: [...runs.values()].flat().map((one) => one.others),
  })
  const text = `${on}\n\n${values.rounds} rounds in turns, medians (ranges).\n\n${table(['', 'ms', 'memory then, MB'], rows)}`
  report('cold-start', { text, isWritten: values.write })
} finally {
  await servers.stop()
}

/** The command itself, twice: the first start makes the schema. */
async function serverStart(needs) {
  const place = await servers.place(needs)
  try {
    const env = { DATABASE_URL: place.databaseUrl, API_KEY: SECRET, SECRET_KEY: SECRET, LOG_LEVEL: 'error' }
    await (await startServer(COMMAND, { env, key: SECRET })).stop()
    await quietMachine()
    const others = watchOthers()
    const server = await startServer(COMMAND, { env, key: SECRET })
    const figures = { ms: server.coldStartMs, memoryMb: server.memoryMb(), others: others(server.cpuMs()) }
    await server.stop()
    return figures
  } finally {
    await place.remove()
  }
}

function workerStart(contender) {
  const settings = { servers, workers: 0, perJob: 1, latencyMs: 0, slots: 100 }
  return withContender(contender, settings, async (run) => {
    await run.submit({ jobs: 1, inFlight: 1 })
    const usage = usageOf(run, { servers, contender })
    const before = usage.cpu().allMs
    await quietMachine()
    const others = watchOthers()
    const begun = wallClock()
    await run.addWorker()
    const { results } = await run.untilDone()
    return { ms: results - begun, memoryMb: usage.workerMemoryMb(), others: others(usage.cpu().allMs - before) }
  })
}
