// What a worker can be told, what holds where nothing is said, and what cannot be meant.
import { hostname } from 'node:os'
import { DEFAULT_DELIVERY_OPTIONS, deliveryIssuesOf, type DeliveryOptions } from '../deliveries/delivery-options.ts'
import { invalidInput, type InputIssue } from '../errors.ts'
import { DEFAULT_GATE_POLICY, type GatePolicy } from '../gate.ts'
import { ageIssueOf } from '../purge-jobs.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../retry-policy.ts'
import type { SoonRetry } from './worker-context.ts'

export interface WorkerOptions {
  /** What people call it, in lists of workers and logs. @default 'worker' */
  readonly name?: string
  /** The machine that it runs on, in lists of workers. @default the name of this one */
  readonly host?: string
  /**
   * How many videos are fetched at a time; what was fetched is stored beside that, up to as many again. The source's own
   * limiter may allow fewer.
   * @default 4. Raise it for a source that can take more.
   */
  readonly concurrency?: number
  /**
   * How long a claimed video is this worker's without a renewal, in milliseconds of the storage's clock.
   * @default 30 s. After a crash, its videos are taken over this much later.
   */
  readonly leaseMs?: number
  /**
   * How often the leases are renewed, in milliseconds; a cancellation is noticed this much later at most. At most half of
   * `leaseMs`, so that one renewal may fail. @default 5 s, or a sixth of `leaseMs` where that is shorter
   */
  readonly renewMs?: number
  /** How long one attempt may take, in milliseconds from its start; then it counts as `source_timeout`. @default 60 s */
  readonly attemptTimeoutMs?: number
  /** How long `stop` waits for running attempts, in milliseconds, before it aborts them and gives them back. @default 25 s */
  readonly drainMs?: number
  /** How often abandoned and overdue work is looked for, in milliseconds, give or take a fifth; and when an abandoned lease runs out. @default 3 s */
  readonly reconcileMs?: number
  /** A video is given up after its worker died this often. @default 3 */
  readonly maxCrashes?: number
  /** Tries within one attempt. @default two more, after 0.5 s and 1 s */
  readonly soonRetry?: Partial<SoonRetry>
  /** Tries after a pause. @default 30 s doubling to 15 min, at most 5 failures */
  readonly retry?: Partial<RetryPolicy>
  /** The pause of the whole source after it refused us. @default 30 s doubling to 5 min */
  readonly gate?: Partial<GatePolicy>
  /**
   * How the callbacks of ended jobs are sent, whichever worker ended them; `'off'` leaves them to other workers. A worker
   * without a notifier, or for some jobs only, sends none. @default on, with the defaults of {@link DeliveryOptions}
   */
  readonly deliveries?: Partial<DeliveryOptions> | 'off'
  /**
   * How long jobs are kept after their end, in milliseconds: this worker deletes the older ones, of all owners, every ten
   * minutes and once at its start. Never one whose callback is still to be made. @default for ever
   */
  readonly retentionMs?: number
  /** Works only on these jobs. @default on all */
  readonly jobIds?: readonly string[]
}

/** Options with nothing left open. */
export interface WorkerSettings extends Required<
  Omit<WorkerOptions, 'soonRetry' | 'retry' | 'gate' | 'deliveries' | 'retentionMs' | 'jobIds'>
> {
  readonly soonRetry: SoonRetry
  readonly retry: RetryPolicy
  readonly gate: GatePolicy
  readonly deliveries: DeliveryOptions | 'off'
  readonly retentionMs: number | undefined
  readonly jobIds: readonly string[] | undefined
}

/** @throws {TranscriptionError} `invalid_input` naming every option that a worker could not work with. */
export function workerSettings(options: WorkerOptions): WorkerSettings {
  const { leaseMs = 30_000 } = options
  const settings: WorkerSettings = {
    name: 'worker',
    host: hostname(),
    concurrency: 4,
    renewMs: Math.min(5_000, Math.max(1, Math.floor(leaseMs / 6))),
    attemptTimeoutMs: 60_000,
    drainMs: 25_000,
    reconcileMs: 3_000,
    maxCrashes: 3,
    ...options,
    leaseMs,
    soonRetry: { retries: 2, minMs: 500, ...options.soonRetry },
    retry: { ...DEFAULT_RETRY_POLICY, ...options.retry },
    gate: { ...DEFAULT_GATE_POLICY, ...options.gate },
    deliveries: options.deliveries === 'off' ? 'off' : { ...DEFAULT_DELIVERY_OPTIONS, ...options.deliveries },
    retentionMs: options.retentionMs,
    jobIds: options.jobIds,
  }
  const issues = issuesOf(settings)
  if (issues.length > 0) throw invalidInput(issues)
  return settings
}

function issuesOf(settings: WorkerSettings): InputIssue[] {
  const { concurrency, maxCrashes, leaseMs, renewMs, reconcileMs, attemptTimeoutMs, drainMs, retry, gate } = settings
  const { deliveries, retentionMs } = settings
  // Zero is more likely to mean "never" than "at once".
  const retention = retentionMs === undefined ? undefined : ageIssueOf('retentionMs', retentionMs, { atLeast: 1 })
  const counts = {
    concurrency,
    maxCrashes,
    leaseMs,
    renewMs,
    reconcileMs,
    maxFailures: retry.maxFailures,
    maxClosings: gate.maxClosings,
  }
  return [
    ...Object.entries(counts).flatMap(([name, value]) =>
      Number.isInteger(value) && value >= 1 ? [] : [issueOf(name, `${value} is not a whole number of at least 1`)],
    ),
    ...(attemptTimeoutMs > 0 ? [] : [issueOf('attemptTimeoutMs', `${attemptTimeoutMs} is not a positive number`)]),
    ...(drainMs >= 0 ? [] : [issueOf('drainMs', `${drainMs} is not a number of at least 0`)]),
    ...(renewMs > leaseMs / 2
      ? [issueOf('renewMs', `${renewMs} is more than half of leaseMs, which is ${leaseMs}`)]
      : []),
    ...(retention ? [retention] : []),
    ...(deliveries === 'off' ? [] : deliveryIssuesOf(deliveries)),
  ]
}

const issueOf = (name: string, message: string): InputIssue => ({ path: [name], code: 'invalid_input', message })
