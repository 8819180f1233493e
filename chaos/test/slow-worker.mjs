// A worker process whose videos take as long as it is told, and that says on stdout what happens to it.
// Arguments: the database, and `stopping` for one that stops itself (SIGSTOP) as soon as it has begun with a video: it does
// so between two transactions, since a process that is stopped within one keeps the file locked for all.
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createEmitter, createWorker } from '@ytscriptify/core'

const [filename, stopping] = process.argv.slice(2)
const say = (what) => process.stdout.write(`${what}\n`)
const storage = sqliteStorage({ filename })
const events = createEmitter()
events.on('transcript.completed', () => say('completed'))
events.on('transcript.stale', () => say('stale'))

const source = {
  id: 'slow',
  parse: (url) => ({ videoId: url }),
  admit: async () => ({ release: () => undefined }),
  async fetch() {
    say('fetching')
    if (stopping) process.kill(process.pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 10))
    const text = `By process ${process.pid}.`
    return { language: 'en', kind: 'manual', segments: [{ text, startMs: 0, durationMs: 1 }], metadata: {} }
  },
}

/**
 * Claims for a second, and believes to hold what it claims for a minute: so it does not learn that a lease is gone before
 * its result is there.
 */
const believing = new Proxy(storage, {
  get(target, method) {
    if (method === 'renew') return async ({ leases }) => leases
    if (method !== 'claim') return target[method]
    return (claim) => target.claim({ ...claim, worker: { ...claim.worker, leaseMs: 1_000 } })
  },
})
const worker = createWorker({ storage: believing, source, events }, { leaseMs: 60_000, reconcileMs: 200 })
worker.start()

process.once('SIGTERM', async () => {
  await worker.stop()
  say(`stale=${worker.stats().stale} completed=${worker.stats().completed}`)
  await storage.close()
})
