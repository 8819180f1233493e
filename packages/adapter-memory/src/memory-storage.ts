// A storage that lives and dies with its process.
import { systemClock, type Clock, type TranscriptionStorage } from '@ytscriptify/core'
import { cancelJob } from './cancelling.ts'
import { claim } from './claiming.ts'
import { claimDeliveries, listDeliveries, replayDelivery, settleDelivery } from './deliveries.ts'
import { expire } from './expiry.ts'
import { importJobs } from './importing.ts'
import { listActive, listWorkers, stats } from './inspecting.ts'
import { listJobs } from './job-list.ts'
import { allLanes, createMemory } from './memory.ts'
import { purgeJobs } from './purging.ts'
import { findReusable, getJob, listTranscripts } from './reading.ts'
import { settle } from './settling.ts'
import { insertJob } from './submitting.ts'
import { renew } from './workers.ts'

export interface MemoryStorageOptions {
  /** What the storage takes the time from. @default the system's clock. Give another one in tests. */
  readonly clock?: Pick<Clock, 'now'>
}

/**
 * Keeps jobs in the memory of this process: nothing to install, nothing left afterwards. For tests, for trying things
 * out, and for work that may be lost with the process. What must survive it belongs into a database.
 */
export function memoryStorage({ clock = systemClock }: MemoryStorageOptions = {}): TranscriptionStorage {
  const memory = createMemory(() => clock.now())

  // Each method runs from its begin to its end without an `await`: that is what makes it atomic here.
  return {
    ready: async () => undefined,
    close: async () => undefined,
    insertJob: async (job) => insertJob(memory, job),
    getJob: async (query) => getJob(memory, query),
    listJobs: async (query) => listJobs(memory.jobsByAge, query),
    listTranscripts: async (query) => listTranscripts(memory, query),
    cancelJob: async (query) => cancelJob(memory, query),
    claim: async (options) => claim(memory, options),
    renew: async (options) => renew(memory, options),
    settle: async (settlement) => settle(memory, settlement),
    expire: async (options) => expire(memory, options),
    findReusable: async (lookups) => lookups.map((lookup) => findReusable(memory, lookup)),
    removeWorker: async (workerId) => void memory.workers.delete(workerId),
    listGates: async () => allLanes(memory).map(({ gate }) => gate),
    listDeliveries: async (jobId) => listDeliveries(memory, jobId),
    claimDeliveries: async (options) => claimDeliveries(memory, options),
    settleDelivery: async (settlement) => settleDelivery(memory, settlement),
    replayDelivery: async (query) => replayDelivery(memory, query),
    importJobs: async (jobs) => importJobs(memory, jobs),
    purgeJobs: async (options) => purgeJobs(memory, options),
    listActive: async (options) => listActive(memory, options),
    listWorkers: async () => listWorkers(memory),
    stats: async () => stats(memory),
  }
}
