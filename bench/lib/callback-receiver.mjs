// Where callbacks arrive: counted by their path, so that what is missing and what came twice is seen.
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { wallClock } from './wall-clock.mjs'

/** @param videos - How many transcripts each body has to hold. */
export async function startReceiver({ videos, textBytes }) {
  const arrivals = new Map()
  let latencies = []
  const bell = new EventEmitter()
  const server = createServer((request, response) => {
    let bytes = 0
    let start
    request.on('data', (chunk) => {
      bytes += chunk.length
      start ??= chunk.subarray(0, 1_000).toString('latin1')
    })
    request.on('end', () => {
      response.writeHead(204).end()
      arrived(request.url, { bytes, start })
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
