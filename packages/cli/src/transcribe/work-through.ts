// Works on stored jobs until they have ended or the run is stopped, and hands on every video in order.
import { systemClock, type Job } from '@ytscriptify/core'
import { answersInOrder } from './answers.ts'
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts'
import { createHeldBack } from './held-back.ts'
import type { OpenedService } from '../open-service.ts'
import { createProgress } from './progress.ts'
import type { RunReport } from './run-report.ts'
import type { Screen } from '../output/screen.ts'
import { showProgress } from './show-progress.ts'
import type { StopReason, StopSwitch } from './stop-switch.ts'
import { createTally } from './tally.ts'
import { tellEvents } from './tell-events.ts'
import type { TranscriptWriter } from '../texts/transcript-writer.ts'
import { whenAllWait, type AllWaitParts } from './when-all-wait.ts'
import { workerOptions, type WorkerFlags } from '../worker-flags.ts'

export interface WorkThroughParts {
  readonly opened: OpenedService
  readonly flags: WorkerFlags
  readonly stop: StopSwitch
  readonly write: TranscriptWriter
  readonly screen: Screen
  readonly report: RunReport
  /** Which videos are being asked for. */
  readonly running: () => readonly string[]
  /** The gate that a request goes through. */
  readonly gateKeyOf: AllWaitParts['gateKeyOf']
  /** Each video is tried once: the run ends when all that is left waits. @default false: it waits */
  readonly once?: boolean
}

/** How long running videos may take to finish after a stop, in milliseconds. */
const DRAIN_MS = { interrupted: 5_000, 'max-wait': 0, 'reader-gone': 0 } as const satisfies Record<StopReason, number>

export async function workThrough(jobs: readonly Job[], parts: WorkThroughParts): Promise<ExitCode> {
  const { opened, flags, stop, write, screen, report, running, gateKeyOf, once = false } = parts
  const { service, storage, events } = opened
  const jobIds = jobs.map(({ id }) => id)
  const tries = once ? { soonRetry: { retries: 0 } } : {}
  const worker = service.createWorker({ name: 'transcribe', jobIds, ...workerOptions(flags), ...tries })
  const { problem } = tellEvents(events, { screen, once })
  const progress = createProgress({ jobs, storage, events, running, now: systemClock.now })
  const over = new AbortController()
  const tally = createTally()
  const withReason = createHeldBack({ jobs, storage, gateKeyOf, clock: systemClock })

  let stopped = Promise.resolve()
  const halt = (): void => {
    const reason = stop.reason()
    if (!reason) return
    report.stopping(reason, DRAIN_MS[reason])
    stopped = worker.stop({ drainMs: DRAIN_MS[reason] })
  }
  stop.signal.addEventListener('abort', halt, { once: true, signal: over.signal })
  // Before the worker begins, so that it hears of every attempt.
  const looking =
    once &&
    whenAllWait(() => stop.startClock(0), {
      jobs,
      storage,
      events,
      gateKeyOf,
      isBusy: () => worker.stats().running > 0,
      clock: systemClock,
      signal: over.signal,
      onError: problem,
    })
  if (stop.signal.aborted) halt()
  else worker.start()

  const shown = showProgress(progress, { screen, clock: systemClock, signal: over.signal, onError: problem })
  try {
    const answers = answersInOrder({ jobIds, service, storage, signal: stop.signal, stopped: () => stopped })
    for await (const answer of answers) {
      const transcript = await withReason(answer)
      tally.add(transcript)
      await write(transcript)
      report.ended(transcript)
    }
  } finally {
    over.abort()
    // After an error there may be videos on their way, which nobody waits for any more.
    await Promise.all([shown, looking, worker.stop({ drainMs: 0 })])
  }

  const result = tally.value()
  report.summary(result)
  return stop.reason() === 'interrupted' && result.unfinished > 0 ? EXIT.interrupted : exitCodeOf(result)
}
