// Our service with a stub in place of YouTube, as the environment asks for it: what `server.mjs` and `worker.mjs` share.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createTranscriptionService } from '@ytscriptify/core'
import { webhookNotifier } from '@ytscriptify/notifier-webhook'
import { segmentsOf, stubSource } from './stub-source.mjs'

/**
 * | variable          | default              | what it says                                                            |
 * | ----------------- | -------------------- | ----------------------------------------------------------------------- |
 * | `DATABASE_URL`    | `sqlite:bench.db`    | `sqlite:PATH` or `postgresql://…`                                       |
 * | `REDIS_URL`       | none                 | workers hear of work through Redis                                      |
 * | `QUEUE`           | the best there is    | `polling`: workers look by themselves, with neither NOTIFY nor Redis    |
 * | `CONCURRENCY`     | 100                  | videos at a time                                                        |
 * | `CALLBACKS`       | 1000                 | callbacks at a time, to one receiver and in all                         |
 * | `POOL_SIZE`       | 10                   | connections to PostgreSQL                                               |
 * | `STUB_LATENCY_MS` | 0                    | how long the stub takes for a video                                     |
 * | `SEGMENTS`        | 300                  | how long its videos are                                                 |
 */
export async function openService(env) {
  const { DATABASE_URL = 'sqlite:bench.db', REDIS_URL, QUEUE, POOL_SIZE = '10' } = env
  const { STUB_LATENCY_MS = '0', SEGMENTS = '300', CONCURRENCY = '100', CALLBACKS = '1000' } = env
  const faults = countedFaults()
  const queue = await openQueue({ databaseUrl: DATABASE_URL, redisUrl: REDIS_URL, only: QUEUE, onError: faults.count })
  const service = createTranscriptionService({
    storage: await openStorage(DATABASE_URL, { poolSize: Number(POOL_SIZE) }),
    source: stubSource({ latencyMs: Number(STUB_LATENCY_MS), segments: segmentsOf(Number(SEGMENTS)) }),
    notifier: loopbackNotifier(),
    ...(queue && { queue }),
  })
  const callbacks = Number(CALLBACKS)
  return {
    service,
    faults,
    workerOptions: {
      concurrency: Number(CONCURRENCY),
      deliveries: { concurrency: callbacks, perReceiver: callbacks },
    },
  }
}

/** What only one kind needs is loaded with it, as the command does. */
export async function openStorage(url, { poolSize = 10 } = {}) {
  if (isPostgres(url)) {
    const { postgresStorage } = await import('@ytscriptify/adapter-postgres')
    return postgresStorage({ connectionString: url, max: poolSize })
  }
  const { sqliteStorage } = await import('@ytscriptify/adapter-sqlite')
  return sqliteStorage({ filename: url.replace(/^sqlite:/, '') })
}

/** The queue that the command would take, or none, where the engine's own does: it polls. */
export async function openQueue({ databaseUrl, redisUrl, only, onError }) {
  if (only === 'polling') return undefined
  if (redisUrl !== undefined) {
    const { bullmqQueue } = await import('@ytscriptify/queue-bullmq')
    return bullmqQueue({ connection: redisUrl, onError })
  }
  if (!isPostgres(databaseUrl)) return undefined
  const { postgresQueue } = await import('@ytscriptify/adapter-postgres')
  return postgresQueue({ connectionString: databaseUrl, onError })
}

const isPostgres = (url) => /^postgres(ql)?:/.test(url)

/** Receivers of a bench listen on this machine, which a notifier refuses unless it is told. */
export const loopbackNotifier = () =>
  webhookNotifier({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr', allowHosts: ['127.0.0.1'] })

/** Counts what the transport of hints could not do: a line for each would cost more than what is measured. */
function countedFaults() {
  const counts = new Map()
  return {
    count: ({ message }) => counts.set(message, (counts.get(message) ?? 0) + 1),
    lines: () => [...counts].map(([message, count]) => `${count} × ${message}`),
  }
}

/**
 * Runs until SIGTERM, then ends what was opened, and prints what went wrong meanwhile. With `STALLS=on` it prints the longest
 * stall of the event loop too.
 */
export function endOnSigterm({ faults, end }) {
  // Watched only where it is asked for: the timer of each millisecond would be most of what an idle process does.
  const stalls = process.env.STALLS === 'on' ? monitorEventLoopDelay({ resolution: 1 }) : undefined
  stalls?.enable()
  process.once('SIGTERM', async () => {
    if (stalls) console.log(`longest stall ${Math.round(stalls.max / 1e6)} ms`)
    await end()
    for (const line of faults.lines()) console.log(line)
  })
}
