// How much the engine costs: videos a second through the whole of it with a source that answers at once, as a ratio to
// the bare driver that inserts and updates the same row, in the same run, taking turns.
//
//   node bench/engine.mjs [--rounds 5] [--videos 2000]
//
// Rates of one machine say little about another; the ratios, and the CPU time of a video, say more.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService, encodeSegments } from '@ytscriptify/core'
import { openBareDatabase } from './lib/bare-database.mjs'
import { spread } from './lib/figures.mjs'
import { SEGMENTS, stubSource } from './lib/stub-source.mjs'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, videos: { type: 'string', default: '2000' } },
})
const rounds = Number(values.rounds)
const videos = Number(values.videos)
const SLOTS = 100

const data = encodeSegments(SEGMENTS)
const source = stubSource()

const measures = {
  'bare driver: insert + update, a commit each': () => inFolder(bareDriver),
  'engine on SQLite': () => inFolder((folder) => engineOn(sqliteStorage({ filename: join(folder, 'bench.db') }))),
  'engine in memory': () => engineOn(memoryStorage()),
}

const results = Object.fromEntries(Object.keys(measures).map((name) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  for (const [name, measure] of Object.entries(measures)) results[name].push(await measure())
}

const [bare] = Object.values(results)
console.log(`${videos} videos of ${(data.length / 1_000).toFixed(1)} kB, ${rounds} rounds in turns, medians (ranges)\n`)
for (const [name, runs] of Object.entries(results)) {
  const ratios = runs.map(({ rate }, round) => rate / bare[round].rate)
  console.log(name)
  console.log(
    `  ${spread(
      runs.map(({ rate }) => rate),
      0,
    )} videos/s, ${spread(ratios, 2)} of the bare driver`,
  )
  console.log(
    `  ${spread(
      runs.map(({ cpuMs }) => cpuMs),
      3,
    )} ms CPU a video`,
  )
  if (runs[0].stallMs !== undefined)
    console.log(
      `  ${spread(
        runs.map(({ stallMs }) => stallMs),
        0,
      )} ms longest stall of the event loop`,
    )
}
console.log('\nan idle worker that waits for work')
for (const [name, cpu] of Object.entries(await idleCpu()))
  console.log(`  ${name}: ${(100 * cpu).toFixed(2)} % of one core`)

async function bareDriver(folder) {
  const database = openBareDatabase(join(folder, 'bare.db'))
  const insert = database.prepare("INSERT INTO rows (id, status) VALUES (?, 'pending')")
  const update = database.prepare("UPDATE rows SET status = 'completed', data = ? WHERE id = ?")
  return measured(async () => {
    for (let id = 0; id < videos; id += 1) {
      insert.run(id)
      update.run(encodeSegments(SEGMENTS.map((segment) => ({ ...segment }))), id)
    }
    database.close()
  })
}

async function engineOn(storage) {
  const service = createTranscriptionService({ storage, source })
  const worker = service.createWorker({ concurrency: SLOTS })
  await storage.ready()
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  const result = await measured(async () => {
    worker.start()
    const jobs = await Promise.all(
      Array.from({ length: videos / 50 }, (_, job) =>
        service.submit({
          urls: Array.from({ length: 50 }, (_, index) => `https://youtu.be/${videoId(job * 50 + index)}`),
          refresh: true,
        }),
      ),
    )
    await Promise.all(jobs.map(({ job }) => service.waitForEnd(job.id)))
  })
  stalls.disable()
  await service.close()
  return { ...result, stallMs: stalls.max / 1e6 }
}

/** Eleven characters, another video each time. */
const videoId = (number) => `v${String(number).padStart(10, '0')}`

async function measured(work) {
  const cpu = process.cpuUsage()
  const since = performance.now()
  await work()
  const ms = performance.now() - since
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (videos / ms) * 1_000, cpuMs: (user + system) / 1_000 / videos }
}

async function idleCpu() {
  return {
    SQLite: await inFolder((folder) => idleOn(sqliteStorage({ filename: join(folder, 'idle.db') }))),
    memory: await idleOn(memoryStorage()),
  }
}

async function idleOn(storage) {
  const service = createTranscriptionService({ storage, source })
  service.createWorker().start()
  await delay(2_000)
  const cpu = process.cpuUsage()
  const since = performance.now()
  await delay(10_000)
  const { user, system } = process.cpuUsage(cpu)
  const share = (user + system) / 1_000 / (performance.now() - since)
  await service.close()
  return share
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
