// The metrics of a process, for Prometheus: what it has done, counted as it happens, and what the storage says, read when
// it is asked for.
import { systemClock, type Clock, type JobQueue, type TranscriptionService } from '@ytscriptify/core'
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import { engineCounters } from './engine-counters.ts'
import type { Metrics } from './metrics.ts'
import { requestCounters } from './request-counters.ts'
import { storageGauges } from './storage-gauges.ts'
import { storageReader } from './storage-reading.ts'

export interface MetricsOptions {
  /** Whose events are counted, and whose storage is asked. */
  readonly service: Pick<TranscriptionService, 'on' | 'stats' | 'workers'>
  /** For `ytscriptify_queue_connected`; the one that the service was given. @default no such metric */
  readonly queue?: Pick<JobQueue, 'isConnected'>
  /**
   * Whether the metrics of the process itself are among them: `process_*` and `nodejs_*`. They cannot be stopped again, so
   * make them once in a process. @default 'on'
   */
  readonly processMetrics?: 'on' | 'off'
  /**
   * How long a scrape waits for the storage, in milliseconds; then it is answered without. Less than the `scrape_timeout` of
   * Prometheus, which is 10 s. @default 3 s
   */
  readonly storageWaitMs?: number
  /** How long an answer of the storage serves further scrapes, in milliseconds. @default 5 s */
  readonly storageFreshMs?: number
  /** Told why the storage could not be asked. @default nobody is told: `ytscriptify_storage_up` is 0 */
  readonly onError?: (error: unknown) => void
  /** @default the system's clock */
  readonly clock?: Clock
}

/**
 * Makes the metrics of a process, in a registry of their own: what the host itself registers stays apart. Make them before
 * the workers are started, so that nothing is missed; give them to the handler or the server as `metrics`.
 *
 * Names and units follow https://prometheus.io/docs/practices/naming/.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const { service, queue, clock = systemClock, storageWaitMs = 3_000, storageFreshMs = 5_000 } = options
  const { processMetrics = 'on', onError = () => undefined } = options
  const registry = new Registry()
  engineCounters(service, registry)
  const countRequest = requestCounters(registry)
  const setGauges = storageGauges(registry)
  const { countQueueFault, look } = queueMetrics(queue, registry)
  const readStorage = storageReader({ service, clock, waitMs: storageWaitMs, freshMs: storageFreshMs, onError })
  if (processMetrics === 'on') collectDefaultMetrics({ register: registry })

  return {
    countRequest,
    countQueueFault,
    async scrape() {
      setGauges(await readStorage())
      look()
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

function queueMetrics(queue: MetricsOptions['queue'], registry: Registry) {
  const registers = [registry]
  const faults = new Counter({
    name: 'ytscriptify_queue_faults_total',
    help: 'Faults that the queue reported: hints that were not sent, lost connections. Queues report each kind once a second at most.',
    registers,
  })
  const connected = queue?.isConnected
    ? new Gauge({
        name: 'ytscriptify_queue_connected',
        help: 'Whether the transport of the queue answers: 1 or 0. While it does not, work is found by looking.',
        registers,
      })
    : undefined

  return {
    countQueueFault: (): void => faults.inc(),
    look: (): void => connected?.set(queue?.isConnected?.() === true ? 1 : 0),
  }
}
