// Which errors of a source go on to the next one.
import type { ErrorCode } from '../errors.ts'

/** For an error code: `next` asks the next source, `stop` is the answer. A code that is not named stops. */
export type FallbackPolicy = Readonly<Partial<Record<ErrorCode, 'next' | 'stop'>>>

/**
 * What holds unless the option `policy` says otherwise. It stops at what is certain about the video for everybody who
 * asks from here without an account, and goes on where another way to the video, or another text of it, may do better.
 */
export const FALLBACK_POLICY = {
  // This source does not have it.
  unsupported_url: 'next',
  video_unavailable: 'next',
  video_unplayable: 'next',
  transcripts_disabled: 'next',
  language_not_found: 'next',
  not_translatable: 'next',
  translation_language_not_found: 'next',
  // This source has it, and does not get it.
  po_token_required: 'next',
  empty_transcript: 'next',
  consent_required: 'next',
  source_blocked: 'next',
  source_rate_limited: 'next',
  source_request_failed: 'next',
  source_unreachable: 'next',
  source_timeout: 'next',
  // Nobody gets it without an account, elsewhere, or now.
  video_private: 'stop',
  age_restricted: 'stop',
  members_only: 'stop',
  premium_only: 'stop',
  payment_required: 'stop',
  geo_blocked: 'stop',
  account_terminated: 'stop',
  live_upcoming: 'stop',
  live_now: 'stop',
} as const satisfies FallbackPolicy
