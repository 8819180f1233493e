// One attempt at a delivery: from the stored job to what the receiver made of it.
import type { ClaimedDelivery, DeliveryFailure, DeliveryOutcome } from '../delivery.ts'
import { isTranscriptionError, storable } from '../errors.ts'
import { callbackJson, showsTexts } from '../job-json.ts'
import type { Job } from '../job.ts'
import type { DeliveryReceipt } from '../notifier.ts'
import { readTranscripts } from '../read-transcripts.ts'
import { createTimeLimit } from '../time-limit.ts'
import { untilAborted } from '../until-aborted.ts'
import type { DeliveryContext } from './delivery-context.ts'
import { deliveryPauseMs } from './delivery-schedule.ts'

export interface SendOptions {
  /** When the claim was asked for, of {@link Clock.monotonic}: the lease cannot have begun before. */
  readonly since: number
  /** Aborts when the worker stops. */
  readonly signal: AbortSignal
}

/** Makes an attempt. Never rejects: what goes wrong is an outcome, or is reported. */
export async function sendDelivery(
  claimed: ClaimedDelivery,
  { since, signal }: SendOptions,
  context: DeliveryContext,
): Promise<DeliveryOutcome> {
  const { storage, events, clock, budget, options } = context
  // Lost attempts count too, so that a callback whose sender dies of it ends here.
  if (claimed.failures > options.delaysMs.length)
    return { type: 'failed', reason: `It was given up: ${claimed.failures} attempts had failed or were lost.` }

  const startBy = since + startWithinMs(options)
  const starting = createTimeLimit({ ms: startBy - clock.monotonic(), clock, signal })
  try {
    const job = await storage.getJob({ id: claimed.jobId })
    if (!job) return { type: 'failed', reason: 'Its job is not stored any more.' }
    const bytes = showsTexts(job, options.inlineLimitBytes) ? job.dataBytes : 0
    // Within its share it never waits: large ones, to a receiver that hangs, must not hold up the small ones of others.
    const isSmall = bytes <= options.memoryBytes / options.concurrency
    const giveBack = isSmall ? () => undefined : await budget.take(bytes, starting.signal)
    try {
      const body = await bodyOf(job, { claimed, signal: starting.signal }, context)
      starting.signal.throwIfAborted()
      return await deliver(claimed, { body, signal }, context)
    } finally {
      giveBack()
    }
  } catch (error) {
    // There was no time left to make the attempt before the lease runs out.
    if (starting.signal.aborted) return RELEASED
    events.emit('engine.error', { error, during: 'deliver' })
    if (!isTranscriptionError(error, 'storage_unavailable'))
      return again(claimed, { reason: messageOf(error) }, context)
    // No fault of the receiver. Given back at once, it would be claimed at once.
    await clock.sleep(STORAGE_PAUSE_MS, starting.signal).catch(() => undefined)
    return RELEASED
  } finally {
    starting.clear()
  }
}

const RELEASED: DeliveryOutcome = { type: 'released' }

const STORAGE_PAUSE_MS = 500

/** Half of what the attempt itself leaves of the lease; the other half is for storing what became of it. */
const startWithinMs = ({ leaseMs, attemptTimeoutMs }: DeliveryContext['options']): number =>
  (leaseMs - attemptTimeoutMs) / 2

/** The same bytes at each attempt: a job that has ended never changes. */
async function bodyOf(
  job: Job,
  { claimed, signal }: { claimed: ClaimedDelivery; signal: AbortSignal },
  { storage, options }: DeliveryContext,
): Promise<string> {
  const { inlineLimitBytes } = options
  const base = options.publicUrl.replace(/\/+$/, '')
  const pieces = callbackJson(job, {
    type: claimed.type,
    transcripts: readTranscripts(storage, job, { withData: showsTexts(job, inlineLimitBytes) }),
    inlineLimitBytes,
    transcriptUrl: ({ videoId }) => `${base}/job_status/${job.id}/transcripts/${encodeURIComponent(videoId)}`,
  })
  const body: string[] = []
  for await (const piece of pieces) {
    signal.throwIfAborted()
    body.push(piece)
  }
  return body.join('')
}

async function deliver(
  claimed: ClaimedDelivery,
  { body, signal }: { body: string; signal: AbortSignal },
  context: DeliveryContext,
): Promise<DeliveryOutcome> {
  const { notifier, events, clock, options } = context
  const { lease, url, type } = claimed
  const limit = createTimeLimit({ ms: options.attemptTimeoutMs, clock, signal })
  try {
    const notification = { id: lease.deliveryId, url, type, body }
    const receipt = await untilAborted(notifier.deliver(notification, { signal: limit.signal }), limit.signal)
    return outcomeOf(claimed, receipt, context)
  } catch (error) {
    if (signal.aborted) return RELEASED
    if (limit.signal.aborted)
      return again(claimed, { reason: `No answer within ${options.attemptTimeoutMs / 1_000} s.` }, context)
    events.emit('engine.error', { error, during: 'deliver' })
    return again(claimed, { reason: messageOf(error) }, context)
  } finally {
    limit.clear()
  }
}

function outcomeOf(claimed: ClaimedDelivery, receipt: DeliveryReceipt, context: DeliveryContext): DeliveryOutcome {
  switch (receipt.type) {
    case 'delivered':
      return { type: 'delivered', status: receipt.status }
    case 'refused':
      return { type: 'failed', ...failureOf(receipt) }
    case 'failed':
      return again(claimed, failureOf(receipt), context, receipt.retryAfterMs)
  }
}

/** By the schedule, as long as it goes on. */
function again(
  { failures }: ClaimedDelivery,
  failure: DeliveryFailure,
  { options: { delaysMs }, random }: DeliveryContext,
  retryAfterMs?: number,
): DeliveryOutcome {
  const afterMs = deliveryPauseMs({ failures: failures + 1, retryAfterMs, delaysMs, random })
  return afterMs === undefined ? { type: 'failed', ...failure } : { type: 'retry', afterMs, ...failure }
}

const failureOf = ({ reason, status }: DeliveryFailure): DeliveryFailure => ({
  reason: shortened(storable(reason)),
  ...(status !== undefined && { status }),
})

const messageOf = (error: unknown): string =>
  shortened(storable(error instanceof Error ? error.message : String(error)))

const shortened = (text: string): string => (text.length > 500 ? `${text.slice(0, 499)}…` : text)
