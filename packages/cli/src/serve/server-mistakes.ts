// Mistakes in the settings that only the server understands, found by handing each to whoever will use it.
import type { InputIssue } from '@ytscriptify/core'
import { clientAddressOf, rateLimits } from '@ytscriptify/http-server'
import type { GivenSettings } from '../settings/given-settings.ts'
import { parseRouteLimits } from '../settings/route-limits.ts'
import { triedSettings, type Trials } from '../settings/tried-settings.ts'

const TRIALS: Trials = {
  TRUST_PROXY: (value) => clientAddressOf({ trustProxy: value }),
  REQUEST_LIMIT: (value) => rateLimits({ request: value }),
  READ_LIMIT: (value) => rateLimits({ read: value }),
  ROUTE_LIMITS: (value) => rateLimits({ routes: parseRouteLimits(value) ?? {} }),
}

export const serverMistakes = (given: GivenSettings): readonly InputIssue[] => triedSettings(TRIALS, given)
