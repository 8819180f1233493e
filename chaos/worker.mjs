// One worker process of the chaos run: the real engine on the real storage, with a source that only pretends.
// Arguments: the kind of the store, its address, the folder of the logs, the name, the seed.
import { TranscriptionError, createWorker } from '@ytscriptify/core'
import { createLog } from './logs.mjs'
import { LEASE_MS, RECONCILE_MS, RENEW_MS, SLOTS } from './plan.mjs'
import { between, randomFrom } from './random.mjs'
import { connectToStore } from './stores/stores.mjs'

const [kind, address, logs, name, seed] = process.argv.slice(2)
const random = randomFrom(Number(seed))
const log = createLog(logs, name)
const { storage, queue } = await connectToStore(kind, address, { name })

/** Writes down what this process was told: which attempts are its own, and which results were taken. */
const witnessed = new Proxy(storage, {
  get(target, method) {
    if (method === 'settle') {
      return async (settlement) => {
        const result = await target.settle(settlement)
        log({ event: result.accepted ? 'accepted' : 'refused', ...settlement.lease, outcome: settlement.outcome.type })
        return result
      }
    }
    return target[method]
  },
})

/** Takes a moment; sometimes fails, blocks, or goes on in spite of its signal. */
const source = {
  id: 'chaos',
  parse: (url) => ({ videoId: url }),
  admit: async () => ({ release: () => undefined }),
  async fetch({ videoId }, { signal }) {
    const fate = random()
    const ms = between(random, 1, fate < 0.05 ? 1_500 : 400)
    await new Promise((resolve, reject) => {
      setTimeout(resolve, ms)
      if (fate > 0.1) signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    if (fate < 0.02)
      throw new TranscriptionError('source_rate_limited', 'Slow down.', { retryAt: new Date(Date.now() + 200) })
    if (fate < 0.08) throw new TranscriptionError('source_timeout', 'Nothing came.')
    if (fate < 0.12) throw new TranscriptionError('transcripts_disabled', 'No captions.')
    return {
      language: 'en',
      kind: 'manual',
      segments: [{ text: `Text of ${videoId}.`, startMs: 0, durationMs: 1_000 }],
      metadata: {},
    }
  },
}

const worker = createWorker(
  { storage: witnessed, source, random, ...(queue && { queue }) },
  {
    name,
    concurrency: SLOTS,
    leaseMs: LEASE_MS,
    renewMs: RENEW_MS,
    reconcileMs: RECONCILE_MS,
    attemptTimeoutMs: 3_000,
    drainMs: 1_000,
    // More than by default: here workers die every second, and suspects, which run alone, would be all there is.
    maxCrashes: 5,
    soonRetry: { retries: 0 },
    retry: { baseMs: 50, maxMs: 400 },
    gate: { minMs: 100, maxMs: 400 },
  },
)
worker.start()

process.once(
  'SIGTERM',
  () =>
    void worker
      .stop()
      .then(() => Promise.all([storage.close(), queue?.close()]))
      .then(() => process.exit(0)),
)

// Nobody is left to kill it.
process.once('disconnect', () => process.exit(1))
