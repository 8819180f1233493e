// What the HTTP API costs: submissions and reads a second, their CPU time, memory idle and loaded.
//
//   node bench/http.mjs [--rounds 3] [--requests 4000] [--write]
//
// Ours on SQLite and on PostgreSQL takes turns with a bare server on SQLite, as durable as ours: `bare-server.mjs`. A request that
// is not answered as it should be ends the run. Nothing else of it is asserted.
import { parseArgs } from 'node:util'
import { percentile, shown, spread } from './lib/figures.mjs'
import { endedJobs, load, page, status, submission, submitted } from './lib/load.mjs'
import { quietMachine, watchOthers } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { benchServer, withServer } from './lib/server-process.mjs'
import { startServers } from './lib/servers.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '4000' },
    write: { type: 'boolean', default: false },
  },
})
const count = Number(values.requests)
const connections = 16
const WARM_UP = { count: 200, connections }

const servers = await startServers()
const contenders = {
  'ours, SQLite': { file: 'server.mjs', servers: [], measure: ours },
  'ours, PostgreSQL': { file: 'server.mjs', servers: ['postgres'], measure: ours },
  'bare, SQLite': { file: 'bare-server.mjs', servers: [], measure: bare },
}
/** From figure to contender to its value in each round. */
const figures = new Map()
const others = []
try {
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [name, { measure, ...contender }] of Object.entries(contenders))
      await measure(contender, (figure, value) => note(figure, name, value))
  const names = Object.keys(contenders)
  const rows = [...figures].map(([figure, byName]) => [figure, ...names.map((name) => cellOf(byName.get(name)))])
  const on = measuredOn({ servers: await servers.versions(), others })
  const what = `${count} requests over ${connections} connections, ${values.rounds} rounds in turns, medians (ranges).`
  report('http', { text: `${on}\n\n${what}\n\n${table(['', ...names], rows)}`, isWritten: values.write })
} finally {
  await servers.stop()
}

async function bare(contender, note) {
  await atPlace(contender, {}, async (server, cpuMs) => {
    await posts(server, { cpuMs, note })
    await gets(server, { name: 'GET of a job of 1 video', request: () => status('none'), cpuMs, note })
  })
}

async function ours(contender, note) {
  // Where nobody works, what is measured is the submission alone.
  await atPlace(contender, { WORKER: 'off' }, async (server, cpuMs) => {
    note('memory idle, MB', server.memoryMb())
    await posts(server, { cpuMs, note })
    await gets(server, { name: 'GET of 50 jobs', request: () => page(), cpuMs, note })
    note('memory after that, MB', server.memoryMb())
  })
  await atPlace(contender, { STALLS: 'on' }, async (server, cpuMs) => {
    for (const videos of [1, 10]) {
      const ids = await submitted(server.url, { jobs: 100, videos, connections })
      await endedJobs(server.url, ids)
      const request = (index) => status(ids[index % ids.length])
      await gets(server, { name: `GET of a job of ${videos} video${videos === 1 ? '' : 's'}`, request, cpuMs, note })
    }
    note('memory after work and reads, MB', server.memoryMb())
    note('longest stall in it, ms', Number(/stall (\d+)/.exec(await server.stop())?.[1]))
  })
}

async function posts(server, { cpuMs, note }) {
  await load(server.url, { ...WARM_UP, request: () => submission() })
  await noteLoad('POST of a job of 1 video', { server, request: () => submission(), cpuMs, note })
}

async function gets(server, { name, request, cpuMs, note }) {
  await load(server.url, { ...WARM_UP, request })
  await noteLoad(name, { server, request, cpuMs, note })
}

async function noteLoad(name, { server, request, cpuMs, note }) {
  await quietMachine()
  const machine = watchOthers()
  const [before, driver] = [cpuMs(), process.cpuUsage()]
  const { rate, times } = await load(server.url, { count, connections, request })
  const used = cpuMs() - before
  const { user, system } = process.cpuUsage(driver)
  others.push(machine(used + (user + system) / 1_000))
  note(`${name}, a second`, rate)
  note(`${name}: p50, ms`, percentile(times, 0.5))
  note(`${name}: p99, ms`, percentile(times, 0.99))
  note(`${name}: CPU, ms`, used / count)
}

async function atPlace({ file, servers: needed }, env, use) {
  const place = await servers.place({ servers: needed })
  try {
    const options = { env: { DATABASE_URL: place.databaseUrl, ...env } }
    await withServer(benchServer(file), options, (server) => {
      // Its database works for it.
      const database = needed.map((name) => servers.pids[name])
      return use(server, () => server.cpuMs(database))
    })
  } finally {
    await place.remove()
  }
}

function note(figure, contender, value) {
  console.log(`${contender}  ${figure}  ${shown(value, 2)}`)
  if (!figures.has(figure)) figures.set(figure, new Map())
  const byContender = figures.get(figure)
  byContender.set(contender, [...(byContender.get(contender) ?? []), value])
}

function cellOf(runs) {
  return runs === undefined ? '' : spread(runs, runs[0] < 20 ? 2 : 0)
}
