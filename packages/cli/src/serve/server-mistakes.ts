// Mistakes in the settings that only the server understands, found by handing each to whoever will use it.
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService, type InputIssue, type TranscriptionService } from '@ytscriptify/core'
import { createHttpHandler, rateLimits, toNodeHandler } from '@ytscriptify/http-server'
import { youtubeSource } from '@ytscriptify/source-youtube'
import type { GivenSettings } from '../settings/given-settings.ts'
import { parseRouteLimits } from '../settings/route-limits.ts'
import { triedSettings, type Trials } from '../settings/tried-settings.ts'

const TRIALS: Trials = {
  TRUST_PROXY: (value) => toNodeHandler(async () => new Response(), { trustProxy: value }),
  REQUEST_LIMIT: (value) => rateLimits({ request: value }),
  READ_LIMIT: (value) => rateLimits({ read: value }),
  // The handler knows which routes there are.
  ROUTE_LIMITS: (value) =>
    createHttpHandler(unopenedService(), {
      auth: 'none',
      limits: rateLimits({ routes: parseRouteLimits(value) ?? {} }),
    }),
}

/** Never asked for anything, so nothing of it is ever opened. */
const unopenedService = (): TranscriptionService =>
  createTranscriptionService({ storage: sqliteStorage({ filename: 'never-opened.db' }), source: youtubeSource() })

export const serverMistakes = (given: GivenSettings): readonly InputIssue[] => triedSettings(TRIALS, given)
