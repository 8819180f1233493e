// One contender at its place, with as many processes as asked for: load is put on it, and in the end it is checked that
// nothing is missing and nothing came twice. Without that there is no figure.
import { EventEmitter, once } from 'node:events'
import { startReceiver } from './callback-receiver.mjs'
import { startContender } from './contender-process.mjs'
import { cpuMsOf, memoryMbOf } from './process-usage.mjs'
import { storedText } from './stub-source.mjs'

/** What nobody can need: then something hangs. */
const PATIENCE_MS = 300_000

/**
 * Runs `use` with a contender that works, and checks it afterwards.
 *
 * @param options.workers - How many processes work beside the one that submits; or `'together'`, where that one does both.
 * @param options.perJob - Videos of a job.
 * @param options.slots - Videos that each process works on at a time.
 */
export async function withContender(contender, { servers, workers, perJob, ...settings }, use) {
  const { prepare, check } = await contender.load()
  const place = await servers.place(contender)
  const receiver = await startReceiver({ videos: perJob, textBytes: TEXT_BYTES })
  const done = countedDone()
  const processes = []
  const start = async () => {
    const given = { ...settings, ...place, contender: contender.name, callbackUrl: receiver.url }
    const process = await startContender(given, { onReport: done.reporter() })
    processes.push(process)
    return process
  }
  const submitted = { jobs: 0, videos: 0 }
  const run = {
    receiver,
    place,
    /** From a video to when a worker had it, where starts are reported. */
    starts: done.starts,
    /** Of the contender alone: the servers have their own. */
    pids: () => processes.map(({ pid }) => pid),
    workerPids: [],
    /** @returns when the process began with it: it has all that it submits by then. */
    async submit({ jobs, inFlight }) {
      const given = nextJobs(jobs, { perJob, first: submitted.jobs })
      submitted.jobs += jobs
      submitted.videos += jobs * perJob
      return processes[0].submit({ jobs: given, inFlight })
    },
    /** @returns when the last result was there, and the last callback where there are any. */
    async untilDone() {
      const signal = AbortSignal.timeout(PATIENCE_MS)
      try {
        const results = await done.reached(submitted.videos, signal)
        return { results, ended: contender.hasCallbacks ? await receiver.arrivals(submitted.jobs, signal) : results }
      } catch (error) {
        if (!signal.aborted) throw error
        const [results, callbacks] = [submitted.videos - done.total(), submitted.jobs - receiver.jobs()]
        const missing = `${results} results${contender.hasCallbacks ? ` and ${callbacks} callbacks` : ''}`
        throw new Error(`${contender.title}: ${missing} are missing after ${PATIENCE_MS / 1_000} s.`, { cause: error })
      }
    },
    async load(jobs) {
      const { begun } = await run.submit(jobs)
      const { results, ended } = await run.untilDone()
      return { begun, ended: Math.max(results, ended) }
    },
    /** One process more that works. */
    async addWorker() {
      const worker = await start()
      run.workerPids.push(worker.pid)
      await worker.work()
    },
  }
  try {
    await prepare(place)
    const submitter = await start()
    if (workers === 'together') {
      run.workerPids.push(submitter.pid)
      await submitter.work()
    } else for (let worker = 0; worker < workers; worker += 1) await run.addWorker()
    const figures = await use(run)
    for (const process of processes) await process.close()
    refuseFaulty(contender, await faultsOf({ check, place, receiver, done, submitted, contender }))
    return figures
  } finally {
    for (const process of processes) await process.kill()
    receiver.close()
    await place.remove()
  }
}

/** CPU time and memory of a run and of the servers that it uses. */
export function usageOf(run, { servers, contender }) {
  const serverPids = contender.servers.map((name) => servers.pids[name])
  const cpu = () => {
    const ownMs = cpuMsOf(run.pids())
    return { ownMs, allMs: ownMs + cpuMsOf(serverPids) }
  }
  return {
    /** CPU time until now: of the contender, and with that of the servers. */
    cpu,
    workerMemoryMb: () => memoryMbOf(run.workerPids),
  }
}

const TEXT_BYTES = Buffer.byteLength(storedText())

async function faultsOf({ check, place, receiver, done, submitted, contender }) {
  const { missing, repeated } = await check(place, submitted)
  const callbacks = contender.hasCallbacks ? receiver.faults() : { repeated: 0, incomplete: 0 }
  return {
    missing,
    repeated: repeated + callbacks.repeated + Math.max(0, done.total() - submitted.videos),
    'without all texts': callbacks.incomplete,
  }
}

function refuseFaulty({ title }, faults) {
  const found = Object.entries(faults).filter(([, count]) => count !== 0)
  if (found.length === 0) return
  throw new Error(
    `${title}: ${found.map(([what, count]) => `${count} ${what}`).join(', ')}. There is no figure for it.`,
  )
}

/** How many results all processes have reported. */
function countedDone() {
  const reports = []
  const bell = new EventEmitter()
  const total = () => reports.reduce((sum, { done }) => sum + done, 0)
  return {
    total,
    /** From a video to when a worker had it. Empty unless starts are reported. */
    starts: new Map(),
    reporter() {
      const index = reports.push({ done: 0, at: 0 }) - 1
      return (report) => {
        reports[index] = report
        for (const [videoId, at] of report.starts) this.starts.set(videoId, at)
        bell.emit('ring')
      }
    },
    /** Resolves with the moment of the last result. */
    async reached(count, signal) {
      while (total() < count) await once(bell, 'ring', { signal })
      return Math.max(...reports.map(({ at }) => at))
    },
  }
}

/** Of videos that nobody has asked for before. */
const nextJobs = (jobs, { perJob, first }) =>
  Array.from({ length: jobs }, (_, index) => ({
    sequence: first + index,
    urls: Array.from({ length: perJob }, (_, position) => urlOf((first + index) * perJob + position)),
  }))

const urlOf = (number) => `https://youtu.be/${videoIdOf(number)}`
export const videoIdOf = (number) => `v${String(number).padStart(10, '0')}`
