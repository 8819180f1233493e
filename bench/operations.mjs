// Times each operation of a storage that is filled already, and prints the figures as JSON: for `growth.mjs`, in a process of its
// own, so that the memory is its own.
//
//   node bench/operations.mjs DATABASE_URL JOBS NOW SAMPLES
import { encodeSegments } from '@ytscriptify/core'
import { jobOf } from '@ytscriptify/core/testing'
import { percentile } from './lib/figures.mjs'
import { createdAtOf, OWNERS, RARE_OWNER } from './lib/fill-storage.mjs'
import { openStorage } from './lib/open-service.mjs'
import { memoryMbOf } from './lib/process-usage.mjs'
import { SEGMENTS } from './lib/stub-source.mjs'

const [url, ...numbers] = process.argv.slice(2)
const [jobs, now, samples] = numbers.map(Number)
const WORKER = { id: 'bench', name: 'bench', leaseMs: 600_000 }
const CLAIMED_TOGETHER = 20
const DELETED_TOGETHER = 50

const content = { language: 'en', kind: 'manual', metadata: { title: 'A title' }, data: encodeSegments(SEGMENTS) }
const storage = await openStorage(url)
await storage.ready()
const figures = []
const memoryMb = { before: memoryMbOf([process.pid]) }

await reads()
memoryMb.afterReads = memoryMbOf([process.pid])
await changes()
memoryMb.afterAll = memoryMbOf([process.pid])
await storage.close()
console.log(JSON.stringify({ figures, memoryMb }))

async function reads() {
  const owner = (index) => OWNERS[index % OWNERS.length]
  await measure('page of 50 jobs, the newest', () => storage.listJobs({ limit: 50 }))
  await measure('page of 50, anywhere', (i) => storage.listJobs({ limit: 50, after: anywhere(i) }))
  await measure('page of an owner, the newest', (i) => storage.listJobs({ limit: 50, owner: owner(i) }))
  await measure('page of an owner, anywhere', (i) =>
    storage.listJobs({ limit: 50, owner: owner(i), after: anywhere(i) }),
  )
  for (const status of ['completed', 'failed', 'cancelled'])
    await measure(`page of ${status} jobs, anywhere`, (i) =>
      storage.listJobs({ limit: 50, status, after: anywhere(i) }),
    )
  await measure('page of pending jobs', () => storage.listJobs({ limit: 50, status: 'pending' }))
  await measure('page of failed jobs of an owner', (i) =>
    storage.listJobs({ limit: 50, status: 'failed', owner: owner(i), after: anywhere(i) }),
  )
  for (const status of ['pending', 'processing'])
    await measure(`page of ${status} jobs of an owner`, (i) => storage.listJobs({ limit: 50, status, owner: owner(i) }))
  for (const status of ['completed', 'failed', 'pending'])
    await measure(`page of ${status} jobs of a rare owner`, () =>
      storage.listJobs({ limit: 50, status, owner: RARE_OWNER }),
    )
  const listed = (await storage.listJobs({ limit: samples, after: anywhere(1) })).jobs
  const idOf = (index) => listed[index % listed.length].id
  await measure('a job', (i) => storage.getJob({ id: idOf(i) }))
  await measure('the transcripts of a job', (i) => storage.listTranscripts({ jobId: idOf(i), withData: true }))
  await measure('stats', () => storage.stats())
  await measure('what is in work', () => storage.listActive({ limit: 100 }))
  await measure('workers', () => storage.listWorkers())
}

async function changes() {
  const submit = () => storage.insertJob(jobOf('dQw4w9WgXcQ', { source: 'youtube' }))
  await measure('submission of one video', submit)
  const groups = Math.min(samples, 80)
  // There has to be enough to claim, however small the storage.
  await Promise.all(Array.from({ length: groups * CLAIMED_TOGETHER }, submit))

  const claimed = []
  const claim = async (limit) => {
    const { transcripts } = await storage.claim({ source: 'youtube', worker: WORKER, limit, maxCrashes: 3 })
    if (transcripts.length !== limit) throw new Error(`Claimed ${transcripts.length} instead of ${limit}.`)
    claimed.push(...transcripts)
  }
  await measure('claim of 1', () => claim(1))
  await measure('outcome of 1, of 26 kB', () => settle(claimed.pop()))
  await measure('claim of 20', () => claim(CLAIMED_TOGETHER), groups)
  const leases = claimed.slice(0, CLAIMED_TOGETHER).map(({ lease }) => lease)
  await measure('renewal of 20', () => storage.renew({ worker: WORKER, leases }))
  await measure(
    'outcomes of 20, of 26 kB each',
    () => Promise.all(claimed.splice(0, CLAIMED_TOGETHER).map((one) => settle(one))),
    groups,
  )
  await measure('quiet expiry', () => storage.expire({ maxCrashes: 3, limit: 500 }))
  // A quarter of all at most.
  const deletions = Math.min(samples, 100, Math.floor(jobs / DELETED_TOGETHER / 4))
  await measure(
    'deletion of 50 old jobs',
    () => storage.purgeJobs({ olderThanMs: 0, limit: DELETED_TOGETHER }),
    deletions,
  )
}

function settle({ lease }) {
  return storage.settle({ lease, outcome: { type: 'completed', content } })
}

function anywhere(index) {
  return {
    createdAt: createdAtOf(Math.floor(((index * 0.618034) % 1) * jobs), { jobs, now }),
    id: '80000000-0000-0000-0000-000000000000',
  }
}

async function measure(name, work, count = samples) {
  const times = []
  for (let index = 0; index < count; index += 1) {
    const since = performance.now()
    await work(index)
    times.push(performance.now() - since)
  }
  figures.push({ name, median: percentile(times, 0.5), p95: percentile(times, 0.95) })
}
