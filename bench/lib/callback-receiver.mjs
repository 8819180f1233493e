// Where callbacks arrive: counted by their path, so that what is missing and what came twice is seen.
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { wallClock } from './wall-clock.mjs'

/**
 * @param options.videos - How many transcripts each body has to hold, of `textBytes` at least.
 * @param options.takesMs - How long it takes to answer, after it has read everything.
 */
export async function startReceiver({ videos, textBytes, takesMs = 0 }) {
  const arrivals = new Map()
  let latencies = []
  const bell = new EventEmitter()
  let answered = 0
  const server = createServer((request, response) => {
    let bytes = 0
    let start
    request.on('data', (chunk) => {
      bytes += chunk.length
      start ??= chunk.subarray(0, 1_000).toString('latin1')
    })
    request.on('end', async () => {
      arrived(request.url, { bytes, start })
      if (takesMs > 0) await delay(takesMs)
      response.writeHead(204).end()
      answered += 1
      bell.emit('ring')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${server.address().port}/done`,
    /** For what is measured from now on. */
    forgetLatencies() {
      latencies = []
    },
    /** How many jobs have been heard of. */
    jobs: () => arrivals.size,
    /** Resolves when so many jobs have been heard of, with the moment of the last. */
    async arrivals(jobs, signal) {
      while (arrivals.size < jobs) await once(bell, 'ring', { signal })
      return Math.max(...[...arrivals.values()].map(({ at }) => at))
    },
    /** Resolves when so many callbacks have been answered. */
    async answers(count, signal) {
      while (answered < count) await once(bell, 'ring', { signal })
    },
    /** From the end of a job, as its callback says it, to the arrival of the whole body, in milliseconds. */
    latencies: () => latencies,
    /** Callbacks beyond the first for a job, and those without all texts. */
    faults() {
      const all = [...arrivals.values()]
      return {
        repeated: all.reduce((sum, { count }) => sum + count - 1, 0),
        incomplete: all.filter(({ bytes }) => bytes < videos * textBytes).length,
      }
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }

  function arrived(path, { bytes, start }) {
    const at = wallClock()
    const endedAt = Date.parse(/"completed_at":"([^"]+)"/.exec(start)?.[1])
    latencies.push(at - endedAt)
    arrivals.set(path, { at, bytes, count: (arrivals.get(path)?.count ?? 0) + 1 })
    bell.emit('ring')
  }
}
