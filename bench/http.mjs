// What the HTTP API costs: submissions and reads a second, callbacks to a slow receiver, start and memory. Rates are also
// given as ratios to a bare node:http server on the same kind of file, in the same run, taking turns.
//
//   node bench/http.mjs [--rounds 3] [--requests 4000]
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { percentile, spread } from './lib/figures.mjs'
import { load, status, submission } from './lib/load.mjs'
import { startServer } from './lib/server-process.mjs'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, requests: { type: 'string', default: '4000' } },
})
const rounds = Number(values.rounds)
const count = Number(values.requests)
const connections = 16

const figures = {}
const note = (name, value) => (figures[name] ??= []).push(value)

for (let round = 0; round < rounds; round += 1) {
  const bare = await withServer('bare-server.mjs', {}, async (server) => ({
    posts: (await load(server.url, { count, connections, request: () => submission() })).rate,
    gets: (await load(server.url, { count, connections, request: () => status('none') })).rate,
  }))
  note('bare POST/s', bare.posts)
  note('bare GET/s', bare.gets)

  await withServer('server.mjs', { WORKER: 'off' }, async (server) => {
    note('cold start ms', server.coldStartMs)
    note('idle memory MB', server.memoryMb())
    await load(server.url, { count: 200, connections, request: () => submission() })
    const cpu = server.cpuMs()
    const { rate, times } = await load(server.url, { count, connections, request: () => submission() })
    note('POST/s', rate)
    note('POST ratio to bare', rate / bare.posts)
    note('POST p99 ms', percentile(times, 0.99))
    note('POST CPU ms', (server.cpuMs() - cpu) / count)
  })

  await withServer('server.mjs', {}, async (server) => {
    for (const videos of [1, 10]) {
      const ids = await submitted(server, { jobs: 100, videos })
      await Promise.all(ids.map((id) => ended(server, id)))
      const request = (index) => status(ids[index % ids.length])
      await load(server.url, { count: 200, connections, request })
      const { rate } = await load(server.url, { count, connections, request })
      note(`GET/s of ${videos}`, rate)
      note(`GET ratio of ${videos} to bare`, rate / bare.gets)
    }
    note('loaded memory MB', server.memoryMb())
    note('longest stall ms', Number(/stall (\d+)/.exec(await server.stop())?.[1]))
  })

  await withServer('server.mjs', {}, async (server) => {
    const quick = await startReceiver({ takesMs: 0 })
    const { latencies } = await callbacks(server, quick, { jobs: 200, pauseMs: 5 })
    note('end to callback p50 ms', percentile(latencies, 0.5))
    note('end to callback p99 ms', percentile(latencies, 0.99))
    const receiver = await startReceiver({ takesMs: 1_000 })
    note('slow receiver: callbacks/s', (await callbacks(server, receiver, { jobs: 1_000 })).rate)
    while (receiver.answered() < 1_000) await delay(5)
    const alone = await throughput(server)
    const slow = await startReceiver({ takesMs: 5_000 })
    await callbacks(server, slow, { jobs: 1_000 }) // All have arrived, and none is answered yet.
    note('videos/s beside 1,000 that hang, to alone', (await throughput(server)) / alone)
    for (const { close } of [receiver, slow, quick]) close()
  })

  await withServer('server.mjs', { SEGMENTS: '30000', CONCURRENCY: '1', INLINE_MB: '1000' }, async (server) => {
    const receiver = await startReceiver({ takesMs: 0 })
    const [id] = await submitted(server, { jobs: 1, videos: 50, callbackUrl: receiver.url })
    await ended(server, id)
    while (receiver.arrivals.length === 0) await delay(5)
    const before = server.memoryMb()
    const mostMb = watchMemory(server)
    const { bodies } = await load(server.url, { count: 1, connections: 1, request: () => status(id) })
    note('large job: MB sent', bodies[0].length / 1e6)
    note('large job: MB of memory more', (await mostMb()) - before)
    note('large job: longest stall ms', Number(/stall (\d+)/.exec(await server.stop())?.[1]))
    receiver.close()
  })
}

console.log(`${count} requests over ${connections} connections, ${rounds} rounds, medians (ranges)\n`)
for (const [name, runs] of Object.entries(figures))
  console.log(`${name.padEnd(44)} ${spread(runs, runs[0] < 20 ? 2 : 0)}`)

async function withServer(file, env, use) {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-bench-'))
  const server = await startServer(file, { DATABASE_URL: `sqlite:${join(folder, 'bench.db')}`, STALLS: 'on', ...env })
  try {
    return await use(server)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

/** @returns ends the watch and gives the most that was seen. */
function watchMemory(server) {
  const most = { mb: 0, isOver: false }
  const watch = async () => {
    while (!most.isOver) {
      most.mb = Math.max(most.mb, server.memoryMb())
      await delay(20)
    }
  }
  const watching = watch()
  return async () => {
    most.isOver = true
    await watching
    return most.mb
  }
}

async function submitted(server, { jobs, videos, callbackUrl }) {
  const request = () => submission(videos, callbackUrl)
  const { bodies } = await load(server.url, { count: jobs, connections, request })
  return bodies.map((body) => JSON.parse(body).job_id)
}

async function ended(server, id) {
  const headers = { 'x-api-key': 'bench-key', prefer: 'wait=60' }
  const job = await (await fetch(`${server.url}/job_status/${id}?include=none`, { headers })).json()
  if (job.status !== 'completed') throw new Error(`Job ${id} is ${job.status}.`)
}

/** Videos a second from submission to the end of all, in jobs of one video. */
async function throughput(server) {
  const jobs = 400
  const since = performance.now()
  const ids = await submitted(server, { jobs, videos: 1 })
  await Promise.all(ids.map((id) => ended(server, id)))
  return (jobs / (performance.now() - since)) * 1_000
}

/** A receiver that answers after a while, and notes when the bodies had arrived. */
async function startReceiver({ takesMs }) {
  const arrivals = []
  let answered = 0
  const server = createServer(async (request, response) => {
    const { data } = await json(request)
    arrivals.push({ at: Date.now(), endedAt: Date.parse(data.completed_at) })
    await delay(takesMs)
    response.writeHead(204).end()
    answered += 1
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}/done`,
    arrivals,
    answered: () => answered,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function callbacks(server, { url, arrivals }, { jobs, pauseMs = 0 }) {
  const since = performance.now()
  if (pauseMs === 0) await submitted(server, { jobs, videos: 1, callbackUrl: url })
  else
    for (let job = 0; job < jobs; job += 1) {
      await submitted(server, { jobs: 1, videos: 1, callbackUrl: url })
      await delay(pauseMs)
    }
  while (arrivals.length < jobs) await delay(5)
  const rate = (jobs / (performance.now() - since)) * 1_000
  return { rate, latencies: arrivals.map(({ at, endedAt }) => at - endedAt) }
}
