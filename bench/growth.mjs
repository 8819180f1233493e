// What changes as jobs pile up: every operation of a storage, and the server on it, at each size of the store.
//
//   node bench/growth.mjs [--storage sqlite|postgres] [--jobs 1000,30000,1000000] [--samples 300] [--write]
//
// All rows come in through the storage itself, so that they are what it makes of them. Nothing of it is asserted.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { shown } from './lib/figures.mjs'
import { endedJobs, load, page, status, submission, submitted, statsOf } from './lib/load.mjs'
import { quietMachine } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { benchServer, withServer } from './lib/server-process.mjs'
import { startServers } from './lib/servers.mjs'

const { values } = parseArgs({
  options: {
    storage: { type: 'string', default: 'sqlite' },
    jobs: { type: 'string', default: '1000,30000,1000000' },
    samples: { type: 'string', default: '300' },
    write: { type: 'boolean', default: false },
  },
})
const sizes = values.jobs.split(',').map(Number)
const needed = { sqlite: [], postgres: ['postgres'] }[values.storage]
if (!needed) throw new Error(`There is no storage "${values.storage}"; name sqlite or postgres.`)
const connections = 16
const REQUESTS = 2_000

const servers = await startServers()
/** From figure to a cell for each size. */
const figures = new Map()
try {
  for (const jobs of sizes) await measured(jobs)
  const head = ['', ...sizes.map((jobs) => `${shown(jobs)} jobs`)]
  const rows = [...figures].map(([figure, cells]) => [figure, ...cells])
  const on = measuredOn({ servers: await servers.versions() })
  const what = `Milliseconds, where nothing else is said: median (p95) of ${values.samples}, one after the other.`
  report(`growth-${values.storage}`, { text: `${on}\n\n${what}\n\n${table(head, rows)}`, isWritten: values.write })
} finally {
  await servers.stop()
}

async function measured(jobs) {
  const now = Date.now()
  const place = await servers.place({ servers: needed })
  try {
    const since = performance.now()
    await output('fill.mjs', [place.databaseUrl, jobs, now])
    console.log(`${shown(jobs)} jobs in ${shown((performance.now() - since) / 1_000, 1)} s`)
    note('size, GB', shown((await place.bytes()) / 1e9, 2))
    await place.settle()
    await quietMachine()
    const printed = await output('operations.mjs', [place.databaseUrl, jobs, now, values.samples])
    const { figures: operations, memoryMb } = JSON.parse(printed)
    for (const { name, median, p95 } of operations) note(name, `${shown(median, 2)} (${shown(p95, 2)})`)
    const { before, afterReads, afterAll } = memoryMb
    note(
      'memory of that process before, after the reads, after all, MB',
      [before, afterReads, afterAll].map((mb) => shown(mb)).join(', '),
    )
    await server({ DATABASE_URL: place.databaseUrl })
  } finally {
    await place.remove()
  }
}

async function server(env) {
  await withServer(benchServer('server.mjs'), { env: { ...env, WORKER: 'off' } }, async ({ url }) => {
    await rate('POST of a job of 1 video, a second', url, () => submission())
    await rate('GET of 50 jobs, a second', url, () => page())
  })
  await withServer(benchServer('server.mjs'), { env }, async ({ url }) => {
    // What was submitted before is done first.
    while ((await statsOf(url)).transcripts.due > 0) await delay(100)
    const since = performance.now()
    const ids = await submitted(url, { jobs: 200, videos: 10, connections })
    await endedJobs(url, ids)
    note('videos a second, in jobs of 10', shown(2_000 / ((performance.now() - since) / 1_000)))
    await rate('GET of a job of 10 videos, a second', url, (index) => status(ids[index % ids.length]))
  })
}

async function rate(name, url, request) {
  await load(url, { count: 200, connections, request })
  note(name, shown((await load(url, { count: REQUESTS, connections, request })).rate))
}

/** Runs a program of this folder. @returns what it prints. */
async function output(file, args) {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [program, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed, [code]] = await Promise.all([textOf(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`${file} ended with ${code}.`)
  return printed
}

function note(figure, cell) {
  figures.set(figure, [...(figures.get(figure) ?? []), cell])
}
