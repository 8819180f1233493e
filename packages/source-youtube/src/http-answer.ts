// What an HTTP answer of YouTube says before its body is read, and what a page means that came instead of data.
import { TranscriptionError, retryAfterMs } from '@ytscriptify/core'

/** An answer before its body is read. */
export interface AnswerHead {
  readonly status: number
  readonly ok: boolean
  readonly url: string
  readonly headers: { get(name: string): string | null }
}

export interface AnswerContext {
  /** What was asked for, to follow "YouTube answered": `the player call for VIDEO`. */
  readonly subject: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** What HTTP 404 means here. @default that the request failed, as any other status without a success */
  readonly notFound?: (() => TranscriptionError) | undefined
}

/**
 * @throws {TranscriptionError} `source_rate_limited`, `consent_required` or `source_request_failed` for everything but
 *   a success, and what `notFound` gives.
 */
export function assertSuccess(response: AnswerHead, { subject, now, notFound }: AnswerContext): void {
  const waitMs = retryAfterMs(response.headers.get('retry-after'), now)
  const later = waitMs !== undefined && { retryAt: new Date(now + waitMs) }
  // Where a fetch follows redirects by itself, the last address tells; otherwise the one that it should go to.
  const target = `${response.url} ${response.headers.get('location') ?? ''}`
  if (response.status === 429 || /\bgoogle\.[a-z.]+\/sorry\b/.test(target)) {
    throw new TranscriptionError('source_rate_limited', `YouTube asks to slow down, at ${subject}.`, { ...later })
  }
  if (/\bconsent\.(?:youtube|google)\./.test(target)) throw consentRequired(subject)
  if (response.status === 404 && notFound) throw notFound()
  if (!response.ok) {
    const message = `YouTube answered ${subject} with HTTP ${response.status}.`
    throw new TranscriptionError('source_request_failed', message, { ...later })
  }
}

/** The error for a page that came with a success, instead of the data. `undefined` when the body says nothing. */
export function pageError(body: string, subject: string): TranscriptionError | undefined {
  if (/g-recaptcha|\/sorry\/|unusual traffic/.test(body)) {
    return new TranscriptionError('source_blocked', `YouTube answered ${subject} with a captcha.`)
  }
  return body.includes('consent.youtube.com') ? consentRequired(subject) : undefined
}

const consentRequired = (subject: string): TranscriptionError =>
  new TranscriptionError('consent_required', `YouTube answered ${subject} with its page about cookies.`)
