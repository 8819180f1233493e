// Ours, with everything on: leases, retries, reuse, deadlines, and a signed callback for each job unless it is asked for without.
import { createTranscriptionService } from '@ytscriptify/core'
import { loopbackNotifier, openQueue, openStorage } from '../lib/open-service.mjs'
import { SEGMENTS, storedText, stubSource } from '../lib/stub-source.mjs'

const POOL_SIZE = 20
const CALLBACKS = 50

export const ours = ({ queue: only, callbacks = true } = {}) => ({
  async prepare({ databaseUrl }) {
    const storage = await openStorage(databaseUrl)
    await storage.ready()
    await storage.close()
  },

  async open({ databaseUrl, redisUrl, callbackUrl, latencyMs, slots }, { onStart, onDone }) {
    const faults = []
    const queue = await openQueue({ databaseUrl, redisUrl, only, onError: ({ message }) => faults.push(message) })
    const service = createTranscriptionService({
      storage: await openStorage(databaseUrl, { poolSize: POOL_SIZE }),
      source: stubSource({ latencyMs, segments: SEGMENTS, onFetch: onStart }),
      notifier: loopbackNotifier(),
      ...(queue && { queue }),
    })
    service.on('transcript.completed', ({ videoId }) => onDone(videoId))
    service.on('engine.error', ({ error, during }) => console.error(`${during}: ${error.message}`))
    await service.ready()
    return {
      submit: (urls, sequence) =>
        service.submit({ urls, ...(callbacks && { callbackUrl: `${callbackUrl}/${sequence}` }) }),
      work: () =>
        service
          .createWorker({ concurrency: slots, deliveries: { concurrency: CALLBACKS, perReceiver: CALLBACKS } })
          .start(),
      async close() {
        await service.close()
        if (faults.length > 0) console.error(`${faults.length} faults of the queue, such as: ${faults[0]}`)
      },
    }
  },

  /** By way of the storage alone, so that it is the same on all of them. */
  async check({ databaseUrl }, { videos, jobs }) {
    const storage = await openStorage(databaseUrl)
    const counted = { completed: 0, ended: 0, delivered: 0, repeated: 0 }
    for await (const job of allJobs(storage)) {
      if (job.status === 'completed') counted.ended += 1
      const deliveries = await storage.listDeliveries(job.id)
      if (deliveries.some(({ status }) => status === 'delivered')) counted.delivered += 1
      counted.repeated += Math.max(0, deliveries.length - 1)
      const transcripts = await storage.listTranscripts({ jobId: job.id, withData: true })
      counted.completed += transcripts.filter(({ data }) => data?.length === STORED_LENGTH).length
    }
    await storage.close()
    const { completed, ended, delivered, repeated } = counted
    return { missing: videos - completed + (jobs - ended) + (callbacks ? jobs - delivered : 0), repeated }
  },
})

const STORED_LENGTH = storedText().length

async function* allJobs(storage) {
  let after
  do {
    const page = await storage.listJobs({ limit: 1_000, ...(after && { after }) })
    yield* page.jobs
    after = page.next
  } while (after)
}
