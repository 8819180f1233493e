// What callbacks cost where receivers are slow, and what the largest job costs.
//
//   node bench/callbacks.mjs [--rounds 3] [--jobs 1000] [--storages sqlite,postgres] [--write]
//
// Receivers that answer at once, after one second, and after five; 1,000 callbacks at a time, where the default is 10 for one
// receiver. A callback that is missing, comes twice or has no text ends the run. Nothing else of it is asserted.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startReceiver } from './lib/callback-receiver.mjs'
import { percentile, shown, spread } from './lib/figures.mjs'
import { endedJobs, load, status, submitted } from './lib/load.mjs'
import { mostDuring } from './lib/most-during.mjs'
import { cpuMsOf } from './lib/process-usage.mjs'
import { quietMachine, watchOthers } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { benchServer, withServer } from './lib/server-process.mjs'
import { startServers } from './lib/servers.mjs'
import { storedText } from './lib/stub-source.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '1000' },
    storages: { type: 'string', default: 'sqlite,postgres' },
    write: { type: 'boolean', default: false },
  },
})
const storages = values.storages.split(',')
const connections = 16
const jobs = Number(values.jobs)
const TEXT_BYTES = Buffer.byteLength(storedText())
const PATIENCE_MS = 300_000
const MEASURES = [quickReceiver, slowReceiver, besideOneThatHangs, largeJob]

const servers = await startServers()
/** From figure to storage to its value in each round. */
const figures = new Map()
const others = []
try {
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const measure of MEASURES)
      for (const storage of storages) {
        const place = await servers.place({ servers: storage === 'postgres' ? ['postgres'] : [] })
        await quietMachine()
        const machine = watchOthers()
        const [cpu, spent] = [process.cpuUsage(), serversMs()]
        const used = await measure({ DATABASE_URL: place.databaseUrl }, (figure, value) => note(figure, storage, value))
        const { user, system } = process.cpuUsage(cpu)
        others.push(machine(used + (user + system) / 1_000 + serversMs() - spent))
        await place.remove()
      }
  const rows = [...figures].map(([figure, byStorage]) => [
    figure,
    ...storages.map((name) => cellOf(byStorage.get(name))),
  ])
  const on = measuredOn({ servers: await servers.versions(), others })
  const text = `${on}\n\n${values.rounds} rounds in turns, ${shown(jobs)} jobs with callbacks at a time, medians (ranges).\n\n${table(['', ...storages], rows)}`
  report('callbacks', { text, isWritten: values.write })
} finally {
  await servers.stop()
}

/** @returns the CPU time of our server, as all measures do. */
function quickReceiver(env, note) {
  return withServer(benchServer('server.mjs'), { env }, async (server) => {
    const receiver = await startReceiver({ videos: 1, textBytes: TEXT_BYTES })
    for (let job = 0; job < 200; job += 1) {
      await submitted(server.url, { jobs: 1, videos: 1, connections: 1, callbackUrlOf: () => `${receiver.url}/${job}` })
      await delay(5)
    }
    await receiver.arrivals(200, AbortSignal.timeout(PATIENCE_MS))
    refuseFaulty(receiver)
    note('end to callback, 200 jobs one after the other: p50, ms', percentile(receiver.latencies(), 0.5))
    note('the same: p99, ms', percentile(receiver.latencies(), 0.99))
    return server.cpuMs()
  })
}

function slowReceiver(env, note) {
  return withServer(benchServer('server.mjs'), { env }, async (server) => {
    const receiver = await startReceiver({ videos: 1, textBytes: TEXT_BYTES, takesMs: 1_000 })
    const since = performance.now()
    await submitWithCallbacks(server, receiver)
    await receiver.answers(jobs, AbortSignal.timeout(PATIENCE_MS))
    note('callbacks a second to a receiver that takes one', (jobs / (performance.now() - since)) * 1_000)
    refuseFaulty(receiver)
    return server.cpuMs()
  })
}

function besideOneThatHangs(env, note) {
  return withServer(benchServer('server.mjs'), { env }, async (server) => {
    await throughput(server)
    const alone = await throughput(server)
    const receiver = await startReceiver({ videos: 1, textBytes: TEXT_BYTES, takesMs: 5_000 })
    await submitWithCallbacks(server, receiver)
    await receiver.arrivals(jobs, AbortSignal.timeout(PATIENCE_MS)) // And few are answered yet.
    note('videos/s beside callbacks that hang, to those alone', (await throughput(server)) / alone)
    await receiver.answers(jobs, AbortSignal.timeout(PATIENCE_MS))
    refuseFaulty(receiver)
    return server.cpuMs()
  })
}

/** Fifty videos of several hours each, sent inline. */
function largeJob(env, note) {
  const large = { ...env, SEGMENTS: '30000', CONCURRENCY: '1', INLINE_MB: '1000', STALLS: 'on' }
  return withServer(benchServer('server.mjs'), { env: large }, async (server) => {
    const receiver = await startReceiver({ videos: 50, textBytes: 0 })
    const [id] = await submitted(server.url, { jobs: 1, videos: 50, connections, callbackUrlOf: () => receiver.url })
    await endedJobs(server.url, [id])
    await receiver.arrivals(1, AbortSignal.timeout(PATIENCE_MS))
    refuseFaulty(receiver)
    const before = server.memoryMb()
    const read = () => load(server.url, { count: 1, connections: 1, request: () => status(id) })
    const { result, most } = await mostDuring(server.memoryMb, read)
    note('job of 50 × 30,000 segments: MB sent', result.bodies[0].length / 1e6)
    note('… MB of memory more while it is', most - before)
    const cpuMs = server.cpuMs()
    note('… longest stall in its life, ms', Number(/stall (\d+)/.exec(await server.stop())?.[1]))
    return cpuMs
  })
}

function submitWithCallbacks(server, { url }) {
  return submitted(server.url, { jobs, videos: 1, connections, callbackUrlOf: (index) => `${url}/${index}` })
}

/** Videos a second from submission to the end of all, in jobs of one video. */
async function throughput(server) {
  const count = Math.ceil(0.4 * jobs)
  const since = performance.now()
  await endedJobs(server.url, await submitted(server.url, { jobs: count, videos: 1, connections }))
  return (count / (performance.now() - since)) * 1_000
}

/** Whoever has taken all that it should is not needed any more. */
function refuseFaulty(receiver) {
  const { repeated, incomplete } = receiver.faults()
  receiver.close()
  if (repeated + incomplete > 0)
    throw new Error(`${repeated} callbacks came twice, and ${incomplete} without all texts: there is no figure.`)
}

function note(figure, storage, value) {
  console.log(`${storage}  ${figure}  ${shown(value, 1)}`)
  if (!figures.has(figure)) figures.set(figure, new Map())
  const byStorage = figures.get(figure)
  byStorage.set(storage, [...(byStorage.get(storage) ?? []), value])
}

function serversMs() {
  return cpuMsOf(Object.values(servers.pids))
}

function cellOf(runs) {
  return spread(runs, runs[0] < 20 ? 1 : 0)
}
