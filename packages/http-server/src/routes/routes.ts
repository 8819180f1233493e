// All routes of the API.
import type { Route, RouteParts } from '../route.ts'
import { deliveriesRoute, replayRoute } from './deliveries.ts'
import { eventsRoute } from './events.ts'
import { livezRoute, readyzRoute } from './health.ts'
import { cancelRoute, jobStatusRoute } from './job-status.ts'
import { jobsRoute } from './jobs.ts'
import { openApiRoute } from './openapi.ts'
import { retryRoute } from './retry.ts'
import { submitRoute } from './submit.ts'
import { transcriptRoute } from './transcript.ts'

export function createRoutes(parts: RouteParts): readonly Route[] {
  const routes: readonly Route[] = [
    submitRoute(parts),
    jobStatusRoute(parts),
    cancelRoute(parts),
    jobsRoute(parts),
    transcriptRoute(parts),
    eventsRoute(parts),
    retryRoute(parts),
    deliveriesRoute(parts),
    replayRoute(parts),
    livezRoute(),
    readyzRoute(parts),
    openApiRoute(parts, () => routes),
  ]
  return routes
}
