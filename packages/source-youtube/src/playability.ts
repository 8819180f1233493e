// What YouTube's words about a video mean. It is always asked in English, so that these patterns hold.
import { TranscriptionError, type ErrorCode } from '@ytscriptify/core'
import type { PlayerAnswer } from './player-answer.ts'

export interface PlayabilityOptions {
  readonly videoId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** @throws {TranscriptionError} when the video cannot be played, or has no captions to give. */
export function assertHasCaptions(answer: PlayerAnswer, { videoId, now }: PlayabilityOptions): void {
  const playable = answer.status === 'OK' || (answer.status === undefined && answer.details !== undefined)
  if (!playable || answer.captcha) throw refusal(answer, { videoId, now })
  if (answer.tracks.length > 0) return
  if (answer.details?.onAir) throw new TranscriptionError('live_now', `${videoId} is being broadcast.`)
  throw new TranscriptionError('transcripts_disabled', `${videoId} has no captions.`)
}

/** What each refusal is called to people. */
const SAYS = {
  source_blocked: (id) => `YouTube wants ${id} to be asked for by a person, not by a program`,
  source_rate_limited: (id) => `YouTube asks to try ${id} again later`,
  video_unavailable: (id) => `YouTube says that ${id} is unavailable`,
  live_upcoming: (id) => `${id} has not started yet`,
  age_restricted: (id) => `${id} is age-restricted`,
  video_private: (id) => `${id} is private`,
  premium_only: (id) => `${id} is for subscribers of YouTube Premium`,
  members_only: (id) => `${id} is for members of its channel`,
  payment_required: (id) => `${id} must be paid for`,
  geo_blocked: (id) => `${id} is not shown in this country`,
  account_terminated: (id) => `The account that published ${id} is gone`,
  video_unplayable: (id) => `YouTube does not play ${id}`,
} satisfies Partial<Record<ErrorCode, (videoId: string) => string>>

type Refusal = keyof typeof SAYS

/**
 * In this order: the more exact before the more general ("not available on this app" before "not available"), and what
 * says that YouTube refuses us before anything that it may say of the video at the same time. Names that others choose
 * are quoted in it (of a channel's level, of who claims a copyright): such sentences come before the words that may
 * stand in those names, and a pattern is YouTube's phrase rather than one word of it.
 */
const REASONS: readonly (readonly [Refusal, RegExp])[] = [
  ['source_blocked', /not a bot|unusual traffic/],
  // To a session that asked too much, YouTube says "This content isn't available, try again later".
  ['source_rate_limited', /try again later/],
  ['video_unavailable', /live event has ended|recording is not available/],
  ['live_upcoming', /^live_stream_offline/],
  // "… available to this channel's members on level: Private Club".
  ['members_only', /this channel's members|join this channel|members.only/],
  ['age_restricted', /inappropriate for some users|confirm your age|age.restricted|^age_/],
  ['geo_blocked', /\b(?:in|from) your (?:country|region|location)\b/],
  // "… content from Country Music Television, who has blocked it". An account that was terminated for its copyright
  // infringements is another matter.
  ['video_unplayable', /copyright (?:claim|grounds)|\bha(?:s|ve) blocked it\b/],
  ['video_private', /\bprivate\b/],
  ['premium_only', /\b(?:music|youtube) premium\b|\bpremium (?:members|subscribers)\b/],
  ['payment_required', /payment|purchase|\brent(?:al|ed)?\b/],
  ['account_terminated', /terminated|closed (?:their|his|her|the) /],
  // About who asks, not about the video.
  ['video_unplayable', /on this (?:app|device)\b|latest version of youtube|another device/],
  ['video_unavailable', /unavailable|n[o']t available|no longer available|removed|does ?n[o']t exist/],
]

function refusal(answer: PlayerAnswer, { videoId, now }: PlayabilityOptions): TranscriptionError {
  const code = meaningOf(answer)
  // The sentence around the quotation brings the full stop.
  const quoted = answer.reasons.join(' ').replace(/\.$/, '')
  const words = quoted === '' ? '' : `: "${quoted}"`
  const retryAt = code === 'live_upcoming' ? answer.scheduledStart : undefined
  return new TranscriptionError(code, `${SAYS[code](videoId)}${words}.`, {
    // A start that has passed is no moment to wait for: the broadcast is late.
    ...(retryAt && retryAt.getTime() > now && { retryAt }),
  })
}

function meaningOf({ status, reasons, captcha, details }: PlayerAnswer): Refusal {
  if (captcha) return 'source_blocked'
  // The answer to an id that cannot exist is an empty object.
  if (status === undefined && !details) return 'video_unavailable'
  const said = [status, ...reasons].join(' ').toLowerCase().replaceAll('’', "'")
  return meaningOfWords(said) ?? 'video_unplayable'
}

/** @param words - In lower case, with straight apostrophes. @returns `undefined` when they are none of YouTube's known reasons. */
export const meaningOfWords = (words: string): Refusal | undefined =>
  REASONS.find(([, pattern]) => pattern.test(words))?.[0]
