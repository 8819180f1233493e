// What an attempt came to: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http'
import { isTranscriptionError, retryAfterMs, type DeliveryReceipt } from '@ytscriptify/core'
import { reasonOf } from './network-error.ts'

export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly now: number
}

/** Only 2xx is a success, and only 410 a no for good: a wrong 404 may be mended while the schedule lasts. */
export function receiptOfAnswer({ status = 0, headers, now }: Answer): DeliveryReceipt {
  if (status >= 200 && status < 300) return { type: 'delivered', status }
  const answer = `The receiver answered ${[status, STATUS_CODES[status]].join(' ').trim()}`
  if (status === 410) return { type: 'refused', reason: `${answer}: it wants no more callbacks.`, status }
  const reason = isRedirect(status) ? `${answer}; redirects are not followed, give the final URL.` : `${answer}.`
  const waitMs = retryAfterMs(headers['retry-after'], now)
  return { type: 'failed', reason, status, ...(waitMs !== undefined && { retryAfterMs: waitMs }) }
}

/** @throws the error itself when it is a fault of ours, and no answer of the world. */
export function receiptOfError(error: unknown): DeliveryReceipt {
  if (isTranscriptionError(error, 'callback_refused')) return { type: 'refused', reason: error.message }
  const reason = reasonOf(error)
  if (reason === undefined) throw error
  return { type: 'failed', reason }
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400
