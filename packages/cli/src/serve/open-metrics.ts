// The metrics of this process. They are loaded when the server listens already, so that nobody waits for them, and before its
// worker begins, so that they miss nothing of what it does.
import type { CountedRequest, Metrics } from '@ytscriptify/http-server'
import type { Log } from '../log/log.ts'
import type { OpenedService } from '../open-service.ts'

export interface OpenedMetrics extends Metrics {
  /** Resolves when everything is counted. */
  load(): Promise<void>
}

export function openMetrics(opened: OpenedService, { log }: { readonly log: Log }): OpenedMetrics {
  /** Answered while they are loaded: a few, at the very start. */
  const early: CountedRequest[] = []
  let loading: Promise<Metrics> | undefined
  let loaded: Metrics | undefined

  return {
    async load() {
      await metrics()
    },
    countRequest(request) {
      if (loaded) loaded.countRequest(request)
      else early.push(request)
    },
    countQueueFault: (fault) => loaded?.countQueueFault(fault),
    scrape: async () => (await metrics()).scrape(),
  }

  function metrics(): Promise<Metrics> {
    loading ??= load()
    return loading
  }

  async function load(): Promise<Metrics> {
    loaded = await loadMetrics(opened, log)
    for (const request of early.splice(0)) loaded.countRequest(request)
    return loaded
  }
}

async function loadMetrics({ service, events, queue }: OpenedService, log: Log): Promise<Metrics> {
  const { createMetrics } = await import('@ytscriptify/http-server/metrics')
  const metrics = createMetrics({
    service,
    ...(queue && { queue }),
    onError: (error) =>
      log.write('debug', 'metrics.incomplete', { message: error instanceof Error ? error.message : String(error) }),
  })
  events.on('engine.error', ({ error, during }) => {
    if (during === 'hint') metrics.countQueueFault(error)
  })
  return metrics
}
