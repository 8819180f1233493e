// How callbacks are sent, what holds where nothing is said, and what cannot be meant.
import type { InputIssue } from '../errors.ts'
import { STANDARD_DELAYS_MS } from './delivery-schedule.ts'

export interface DeliveryOptions {
  /** How many callbacks this worker has under way at a time. @default 50 */
  readonly concurrency: number
  /** How many of them go to one receiver (scheme, host and port). @default 10, so that a slow one leaves room for others */
  readonly perReceiver: number
  /** How long one attempt may take, in milliseconds from its start. @default 20 s, of the 15 to 30 s that Standard Webhooks names */
  readonly attemptTimeoutMs: number
  /**
   * How long a claimed callback is this worker's, in milliseconds of the storage's clock: more than an attempt may take.
   * @default 60 s. After a crash, its callbacks are sent again this much later.
   */
  readonly leaseMs: number
  /**
   * The pause after each failed attempt, in milliseconds; after the last one a callback is given up.
   * @default the schedule of Standard Webhooks, {@link STANDARD_DELAYS_MS}: ten attempts in three days
   */
  readonly delaysMs: readonly number[]
  /**
   * A job with more bytes of stored text than this is sent without its texts, with a `transcript_url` for each.
   * The same on all workers, and over restarts: else the retries of a callback differ from its first attempt. @default 16 MiB
   */
  readonly inlineLimitBytes: number
  /**
   * How many bytes of stored text the large callbacks under way may hold together; others wait, but one always passes.
   * What is within its share, `memoryBytes / concurrency`, waits for nobody; so all hold at most twice this. @default 32 MiB
   */
  readonly memoryBytes: number
  /**
   * Where the HTTP API is reached from outside, for each `transcript_url`: `https://transcripts.example.com`. Like
   * `inlineLimitBytes` the same everywhere. @default none: the URLs are paths
   */
  readonly publicUrl: string
}

export const DEFAULT_DELIVERY_OPTIONS: DeliveryOptions = {
  concurrency: 50,
  perReceiver: 10,
  attemptTimeoutMs: 20_000,
  leaseMs: 60_000,
  delaysMs: STANDARD_DELAYS_MS,
  inlineLimitBytes: 16 * 1024 * 1024,
  memoryBytes: 32 * 1024 * 1024,
  publicUrl: '',
}

/** Every option that callbacks could not be sent with. */
export function deliveryIssuesOf(options: DeliveryOptions): InputIssue[] {
  const { concurrency, perReceiver, attemptTimeoutMs, leaseMs, delaysMs, inlineLimitBytes, memoryBytes } = options
  const counts = { concurrency, perReceiver, attemptTimeoutMs, leaseMs, memoryBytes }
  return [
    ...Object.entries(counts).flatMap(([name, value]) =>
      Number.isInteger(value) && value >= 1 ? [] : [issueOf(name, `${value} is not a whole number of at least 1`)],
    ),
    ...(attemptTimeoutMs < leaseMs
      ? []
      : [issueOf('attemptTimeoutMs', `${attemptTimeoutMs} is not less than leaseMs, which is ${leaseMs}`)]),
    ...(inlineLimitBytes >= 0 ? [] : [issueOf('inlineLimitBytes', `${inlineLimitBytes} is not a number of bytes`)]),
    ...(delaysMs.every((delay) => delay >= 0 && Number.isFinite(delay))
      ? []
      : [issueOf('delaysMs', `${delaysMs.join(', ')} are not all numbers of milliseconds`)]),
    ...(isPublicUrl(options.publicUrl) ? [] : [issueOf('publicUrl', `"${options.publicUrl}" is no http or https URL`)]),
  ]
}

function isPublicUrl(url: string): boolean {
  if (url === '') return true
  if (!URL.canParse(url)) return false
  const { protocol, search, hash } = new URL(url)
  return (protocol === 'https:' || protocol === 'http:') && search === '' && hash === ''
}

const issueOf = (name: string, message: string): InputIssue => ({
  path: ['deliveries', name],
  code: 'invalid_input',
  message,
})
