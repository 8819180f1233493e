// `Prefer: wait=20`: an answer that comes when there is something to say. https://www.rfc-editor.org/rfc/rfc7240#section-4.3
import { isJobEnded, type Clock, type Job, type TranscriptionService } from '@ytscriptify/core'

/** Nobody is kept waiting longer than this, in seconds: proxies give up after a minute. */
const LONGEST_WAIT_SECONDS = 60

/**
 * How long the client prefers to wait, in whole seconds and no longer than a minute.
 *
 * @param header - `Prefer`, of which there may be several, joined by commas. The first `wait` counts.
 * @returns `undefined` without such a preference, or when it is not a number: preferences are never an error.
 */
export function preferredWaitSeconds(header: string | null): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const [, digits] = WAIT.exec(preference) ?? []
    if (digits !== undefined) return Math.min(Number(digits), LONGEST_WAIT_SECONDS)
  }
  return undefined
}

const WAIT = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i

export interface WaitOptions {
  readonly owner: string
  readonly waitMs: number
  /**
   * Whether a client wants to see this state of the job, beside its end: where it names the version it knows
   * (`If-None-Match`), every other one. @default only the end
   */
  readonly isNews?: (job: Job) => boolean
  /** Ends the wait early: the client has gone, or the server is to stop. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/**
 * Waits until the job has ended, is news, or the time is over.
 *
 * @param job - As it was read just now.
 * @returns the job as it was last seen, also when the wait was ended early.
 * @throws {TranscriptionError} like {@link TranscriptionService.watch}
 */
export async function waitForChange(
  service: TranscriptionService,
  job: Job,
  { owner, waitMs, isNews = () => false, signal, clock }: WaitOptions,
): Promise<Job> {
  const isEnough = (seen: Job): boolean => isJobEnded(seen.status) || isNews(seen)
  if (isEnough(job) || signal.aborted) return job
  const over = new AbortController()
  const timer = endAfter(waitMs)
  let last = job
  try {
    for await (const seen of service.watch(job.id, { owner, signal: AbortSignal.any([signal, over.signal]) })) {
      last = seen
      if (isEnough(seen)) break
    }
  } catch (error) {
    if (!signal.aborted && !over.signal.aborted) throw error
  } finally {
    over.abort()
    await timer
  }
  return last

  async function endAfter(ms: number): Promise<void> {
    // Rejects when the wait has ended before its time.
    await clock.sleep(ms, over.signal).then(
      () => over.abort(),
      () => undefined,
    )
  }
}
