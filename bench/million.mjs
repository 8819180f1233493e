// What a storage costs that has run for years: fills one with a million jobs, and measures pages, claims, outcomes and
// submissions in it.
//
//   node bench/million.mjs [--storage sqlite|postgres] [--jobs 1000000] [--samples 300]
//
// All rows come in through the storage itself, so that they are what it makes of them. Nothing of it is asserted; what
// takes more than 10 ms at the median is marked.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { percentile } from './lib/figures.mjs'
import { createdAtOf, OWNERS, RARE_OWNER } from './lib/fill-storage.mjs'
import { createDatabase, openStorage } from './lib/open-storage.mjs'
import { SEGMENTS } from './lib/stub-source.mjs'
import { encodeSegments } from '@ytscriptify/core'
import { jobOf } from '@ytscriptify/core/testing'

const { values } = parseArgs({
  options: {
    storage: { type: 'string', default: 'sqlite' },
    jobs: { type: 'string', default: '1000000' },
    samples: { type: 'string', default: '300' },
  },
})
const jobs = Number(values.jobs)
const samples = Number(values.samples)
const WORKER = { id: 'bench', name: 'bench', leaseMs: 600_000 }

const content = { language: 'en', kind: 'manual', metadata: { title: 'A title' }, data: encodeSegments(SEGMENTS) }

const database = await createDatabase(values.storage)
try {
  await measureAll()
} finally {
  await database.remove()
}

async function measureAll() {
  const now = Date.now()
  const seconds = await fill(now)
  const before = rssMb()
  const storage = openStorage(values.storage, database.location)
  await storage.ready()
  console.log(
    `${jobs.toLocaleString('en')} jobs in ${values.storage}, ${((await database.bytes()) / 1e9).toFixed(2)} GB, imported in ${seconds.toFixed(0)} s`,
  )
  console.log(`\n${samples} samples each, ms:                  median    p95    max`)

  const anywhere = (index) => ({
    createdAt: createdAtOf(Math.floor(((index * 0.618034) % 1) * jobs), { jobs, now }),
    id: '80000000-0000-0000-0000-000000000000',
  })
  const owner = (index) => OWNERS[index % OWNERS.length]
  await measure('page of 50 jobs, the newest', () => storage.listJobs({ limit: 50 }))
  await measure('page of 50, anywhere', (i) => storage.listJobs({ limit: 50, after: anywhere(i) }))
  await measure('page of an owner, the newest', (i) => storage.listJobs({ limit: 50, owner: owner(i) }))
  await measure('page of an owner, anywhere', (i) =>
    storage.listJobs({ limit: 50, owner: owner(i), after: anywhere(i) }),
  )
  for (const status of ['completed', 'failed', 'cancelled']) {
    await measure(`page of ${status} jobs, anywhere`, (i) =>
      storage.listJobs({ limit: 50, status, after: anywhere(i) }),
    )
  }
  await measure('page of pending jobs', () => storage.listJobs({ limit: 50, status: 'pending' }))
  await measure('page of failed jobs of an owner', (i) =>
    storage.listJobs({ limit: 50, status: 'failed', owner: owner(i), after: anywhere(i) }),
  )
  for (const status of ['pending', 'processing']) {
    await measure(`page of ${status} jobs of an owner`, (i) => storage.listJobs({ limit: 50, status, owner: owner(i) }))
  }
  for (const status of ['completed', 'failed', 'pending']) {
    await measure(`page of ${status} jobs of a rare owner`, () =>
      storage.listJobs({ limit: 50, status, owner: RARE_OWNER }),
    )
  }
  const listed = (await storage.listJobs({ limit: samples, after: anywhere(1) })).jobs
  await measure('a job', (i) => storage.getJob({ id: listed[i % listed.length].id }))
  await measure('the transcripts of a job', (i) =>
    storage.listTranscripts({ jobId: listed[i % listed.length].id, withData: true }),
  )
  await measure('stats', () => storage.stats())
  await measure('what is in work', () => storage.listActive({ limit: 100 }))
  await measure('workers', () => storage.listWorkers())

  const afterReads = rssMb()

  const claimed = []
  const claim = async (limit) => {
    const { transcripts } = await storage.claim({ source: 'youtube', worker: WORKER, limit, maxCrashes: 3 })
    if (transcripts.length !== limit) throw new Error(`Claimed ${transcripts.length} instead of ${limit}.`)
    claimed.push(...transcripts)
  }
  await measure('submission of one video', () => storage.insertJob(jobOf('dQw4w9WgXcQ', { source: 'youtube' })))
  await measure('claim of 1', () => claim(1))
  await measure('outcome of 1', () => settle(storage, claimed.pop()))
  await measure('claim of 20', () => claim(20), { count: Math.min(samples, 80) })
  await measure('renewal of 20', () =>
    storage.renew({ worker: WORKER, leases: claimed.slice(0, 20).map(({ lease }) => lease) }),
  )
  await measure('outcomes of 20, of 28 kB each', () => settleAll(storage, claimed.splice(0, 20)), {
    count: Math.min(samples, 80),
    boundMs: 200,
  })
  await measure('quiet expiry', () => storage.expire({ maxCrashes: 3, limit: 500 }))
  await measure('deletion of 50 old jobs', () => storage.purgeJobs({ olderThanMs: 0, limit: 50 }), {
    count: Math.min(samples, 100),
  })

  console.log(
    `\nmemory of this process, MB: ${before} before, ${afterReads} after the reads, ${rssMb()} after everything`,
  )
  await storage.close()
}

/** @returns how many seconds it took. */
async function fill(now) {
  const since = performance.now()
  const script = fileURLToPath(new URL('fill.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, values.storage, database.location, `${jobs}`, `${now}`], {
    stdio: 'inherit',
  })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error('The database could not be filled.')
  return (performance.now() - since) / 1_000
}

async function measure(what, work, { count = samples, boundMs = 10 } = {}) {
  const times = []
  for (let index = 0; index < count; index += 1) {
    const since = performance.now()
    await work(index)
    times.push(performance.now() - since)
  }
  const [median, p95, max] = [0.5, 0.95, 1].map((share) => percentile(times, share))
  const figures = [median, p95, max].map((ms) => ms.toFixed(2).padStart(7)).join('')
  console.log(`  ${what.padEnd(38)}${figures}${median > boundMs ? `   more than ${boundMs} ms` : ''}`)
}

function settleAll(storage, claimed) {
  return Promise.all(claimed.map((one) => settle(storage, one)))
}

function settle(storage, { lease }) {
  return storage.settle({ lease, outcome: { type: 'completed', content } })
}

function rssMb() {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().rss / 1e6)
}
