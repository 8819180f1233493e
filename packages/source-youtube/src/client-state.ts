// What an error says of the client that got it, for a diagnosis.
import type { ErrorCode } from '@ytscriptify/core'

/** `blocked`: this address is. `failed`: nobody answered. `refused`: the client, or the video, is. */
export function clientStateOf(code: ErrorCode): 'blocked' | 'failed' | 'refused' {
  if (BLOCKED.has(code)) return 'blocked'
  return UNANSWERED.has(code) ? 'failed' : 'refused'
}

const BLOCKED: ReadonlySet<ErrorCode> = new Set(['source_blocked', 'source_rate_limited', 'consent_required'])
const UNANSWERED: ReadonlySet<ErrorCode> = new Set(['source_timeout', 'source_unreachable'])
