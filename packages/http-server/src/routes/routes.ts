// All routes of the API, and those for who runs it.
import type { Route, RouteParts } from '../route.ts'
import { deliveriesRoute, replayRoute } from './deliveries.ts'
import { eventsRoute } from './events.ts'
import { livezRoute, readyzRoute } from './health.ts'
import { inspectActiveRoute, inspectStatsRoute, inspectWorkersRoute } from './inspect.ts'
import { cancelRoute, jobStatusRoute } from './job-status.ts'
import { jobsRoute } from './jobs.ts'
import { metricsRoute } from './metrics.ts'
import { openApiRoute } from './openapi.ts'
import { retryRoute } from './retry.ts'
import { submitRoute } from './submit.ts'
import { tracksRoute } from './tracks.ts'
import { transcriptRoute } from './transcript.ts'
import { transcriptsRoute } from './transcripts.ts'

export function createRoutes(parts: RouteParts): readonly Route[] {
  const routes: readonly Route[] = [
    submitRoute(parts),
    jobStatusRoute(parts),
    cancelRoute(parts),
    jobsRoute(parts),
    transcriptRoute(parts),
    transcriptsRoute(parts),
    tracksRoute(parts),
    eventsRoute(parts),
    retryRoute(parts),
    deliveriesRoute(parts),
    replayRoute(parts),
    inspectActiveRoute(parts),
    inspectStatsRoute(parts),
    inspectWorkersRoute(parts),
    ...operationsRoutes(parts),
    openApiRoute(parts, () => routes),
  ]
  return routes
}

/** The routes of a process that serves nobody: they tell how it is. */
export const operationsRoutes = (
  parts: Pick<RouteParts, 'service' | 'queue' | 'clock' | 'metrics'>,
): readonly Route[] => [livezRoute(), readyzRoute(parts), ...(parts.metrics ? [metricsRoute(parts.metrics)] : [])]
