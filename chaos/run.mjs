// A chaos run: workers are killed and paused at random while jobs, cancels and retries come in.
//
//   node chaos/run.mjs [--storage sqlite | postgres] [--seconds 30] [--seed N] [--keep] [--without fence]
//
// On PostgreSQL, hints go through a Redis, which forgets everything every now and then. It prints what it did and every
// violation with the seed, and exits with 1 when there is one. `--without GUARD` takes a guard out of the engine, to see
// that the run would notice (see remove-guard.mjs).
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createTranscriptionService, isTranscriptionError } from '@ytscriptify/core'
import { violationsOf } from './invariants.mjs'
import { readLogs } from './logs.mjs'
import { BACKLOG, LEASE_MS, WORKERS } from './plan.mjs'
import { between, oneOf, randomFrom } from './random.mjs'
import { STORES, connectToStore, openStore } from './stores/stores.mjs'

const { values: options } = parseArgs({
  options: {
    storage: { type: 'string', default: STORES[0] },
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    keep: { type: 'boolean', default: false },
    without: { type: 'string' },
  },
})
const seed = Number(options.seed)
const random = randomFrom(seed)
const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-chaos-'))
const logs = join(folder, 'logs')
const tally = { jobs: 0, videos: 0, kills: 0, pauses: 0, cancels: 0, retries: 0, flushes: 0 }
const submitted = []
/** Cancelling what has ended and retrying what has not are refused: that is what they are for here. */
const REFUSALS = ['already_finished', 'job_not_ended', 'invalid_input']
/** What should not have happened to the run itself. */
const faults = []

mkdirSync(logs)
const store = await openStore(options.storage, { folder })
const service = createTranscriptionService({
  ...(await connectToStore(options.storage, store.address, { name: 'callers' })),
  source: {
    id: 'chaos',
    parse: (url) => ({ videoId: url }),
    admit: () => Promise.reject(new Error('unused')),
    fetch: () => Promise.reject(new Error('unused')),
  },
  notifier: { check: async () => undefined, deliver: () => Promise.reject(new Error('unused')) },
})

const workers = Array.from({ length: WORKERS }, (_, index) => ({
  index,
  starts: 0,
  process: undefined,
  pausedUntil: 0,
}))
for (const worker of workers) start(worker)
// A stopped worker does not notice that the run has failed, and would outlive it.
process.once('exit', () => workers.forEach((worker) => worker.process.kill('SIGKILL')))

const endAt = Date.now() + Number(options.seconds) * 1_000
await Promise.all([keepSubmitting(), keepDisturbing(), keepForgetting(), ...workers.map(keepKilling)])
await settleDown()
process.exitCode = (await report()) ? 0 : 1

function start(worker) {
  worker.starts += 1
  const name = `worker${worker.index}.${worker.starts}`
  const execArgv = options.without ? ['--import', new URL('remove-guard.mjs', import.meta.url).href] : []
  worker.process = fork(
    new URL('worker.mjs', import.meta.url),
    [options.storage, store.address, logs, name, String(between(random, 0, 2 ** 31))],
    {
      execArgv,
      env: { ...process.env, REMOVED_GUARD: options.without ?? '' },
    },
  )
  worker.exited = new Promise((resolve) => worker.process.once('exit', resolve))
  worker.process.once('exit', (code) => {
    // Killed ones have no code. One that ends by itself is a fault of the run, which would prove nothing then.
    if (code) faults.push(`${name} ended by itself with code ${code}.`)
  })
}

/** Kills or pauses a worker every now and then; a pause is longer than a lease, or shorter. */
async function keepKilling(worker) {
  while (Date.now() < endAt) {
    await delay(between(random, 200, 1_500))
    if (random() < 0.5) {
      tally.kills += 1
      worker.process.kill('SIGKILL')
      await worker.exited
      await delay(between(random, 0, 300))
      start(worker)
    } else {
      tally.pauses += 1
      worker.process.kill('SIGSTOP')
      await delay(random() < 0.3 ? between(random, 50, LEASE_MS / 2) : between(random, LEASE_MS, LEASE_MS * 2))
      worker.process.kill('SIGCONT')
    }
  }
}

async function keepSubmitting() {
  while (Date.now() < endAt) {
    if ((await countOf("transcripts WHERE status = 'pending'")) > BACKLOG) {
      await delay(50)
      continue
    }
    const count = oneOf(random, [1, 1, 5, 20, 50])
    const urls = Array.from({ length: count }, () => `video-${between(random, 0, 400)}`)
    const { job } = await service.submit({
      urls,
      refresh: random() < 0.8,
      ...(random() < 0.5 && { callbackUrl: 'http://127.0.0.1:9/callback' }),
    })
    record(job)
    await delay(between(random, 1, 50))
  }
}

async function keepDisturbing() {
  while (Date.now() < endAt) {
    await delay(between(random, 100, 1_000))
    const { id } = oneOf(random, submitted) ?? {}
    if (id === undefined) continue
    try {
      if (random() < 0.6) {
        await service.cancel(id)
        tally.cancels += 1
      } else {
        const { job } = await service.retry(id)
        record(job)
        tally.retries += 1
      }
    } catch (error) {
      if (!REFUSALS.some((code) => isTranscriptionError(error, code)))
        faults.push(`A cancel or retry of job ${id} failed: ${error}`)
    }
  }
}

/** Everything that the queue holds is lost, where it holds something. */
async function keepForgetting() {
  while (store.forgetHints && Date.now() < endAt) {
    await delay(between(random, 500, 2_000))
    await store.forgetHints()
    tally.flushes += 1
  }
}

async function countOf(rows) {
  const [{ found }] = await store.rows(`SELECT count(*) AS found FROM ${rows}`)
  return Number(found)
}

function record(job) {
  submitted.push({ id: job.id, urls: job.counts.total })
  tally.jobs += 1
  tally.videos += job.counts.total
}

/** Lets the workers finish undisturbed, then stops them. */
async function settleDown() {
  // Without a guard some jobs never end.
  const giveUpAt = Date.now() + (options.without ? 5_000 : 60_000)
  const isOpen = async () => (await countOf("jobs WHERE status IN ('pending', 'processing')")) > 0
  while (Date.now() < giveUpAt && (await isOpen())) await delay(200)
  for (const worker of workers) worker.process.kill('SIGTERM')
  await Promise.all(workers.map(({ exited }) => exited))
}

async function report() {
  const all = (table) => store.rows(`SELECT * FROM ${table}`)
  const transcripts = await all('transcripts')
  const entries = readLogs(logs)
  const violations = [
    ...faults,
    ...violationsOf({
      submitted,
      jobs: await all('jobs'),
      transcripts,
      deliveries: await all('deliveries'),
      witness: await store.witness(),
      logs: entries,
    }),
  ]
  const count = (wanted) => entries.filter(({ event }) => event === wanted).length
  const lost = transcripts.filter(({ error_code: code }) => code === 'worker_lost').length
  console.log(`seed ${seed}${options.without ? `, without ${options.without}` : ''}`)
  console.log(
    Object.entries(tally)
      .map(([name, number]) => `${number} ${name}`)
      .join(', '),
  )
  console.log(
    `${count('accepted')} results accepted, ${count('refused')} late ones refused, ${lost} videos given up as worker_lost`,
  )
  console.log(`${violations.length} violations`)
  for (const violation of violations.slice(0, 20)) console.log(`  ${violation}`)

  await service.close()
  await store.close()
  if (options.keep || (violations.length > 0 && !options.without)) console.log(`kept: ${folder}`)
  else rmSync(folder, { recursive: true })
  return violations.length === 0
}
