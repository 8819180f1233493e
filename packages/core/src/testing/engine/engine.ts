// The stage of the engine's tests: a service and its workers on a storage, with a clock that the test moves.
import type { TranscriptionStorage } from '../../storage.ts'
import { createTranscriptionService } from '../../create-service.ts'
import type { TranscriptionService } from '../../transcription-service.ts'
import type { EventName, TranscriptionEvents } from '../../events.ts'
import type { Job } from '../../job.ts'
import type { Notifier } from '../../notifier.ts'
import type { JobQueue } from '../../queue.ts'
import type { Transcript } from '../../transcript.ts'
import type { WorkerOptions } from '../../worker/worker-options.ts'
import type { TranscriptionWorker } from '../../worker/worker.ts'
import type { StorageHarness } from '../storage-harness.ts'
import { fakeSource, type FakeSource } from '../fake-source.ts'
import { manualClock, type ManualClock } from '../manual-clock.ts'

export interface Engine {
  readonly service: TranscriptionService
  readonly source: FakeSource
  readonly clock: ManualClock
  /** Everything that the service told its listeners, in this order. */
  readonly told: readonly Told[]
  /** Creates and starts a worker; it is stopped when the test ends. */
  readonly startWorker: (options?: WorkerOptions) => TranscriptionWorker
  /** Lets time pass, for the storage and for the process alike. */
  readonly pass: (ms: number) => Promise<void>
  /** Lets time pass until this holds, and no longer. */
  readonly until: (
    condition: () => boolean | Promise<boolean>,
    options?: { readonly withinMs?: number },
  ) => Promise<void>
  /** Lets time pass until the job has ended. */
  readonly ended: (job: Pick<Job, 'id'>, options?: { readonly withinMs?: number }) => Promise<Job>
}

export type Told = {
  readonly [Name in EventName]: { readonly name: Name; readonly event: TranscriptionEvents[Name] }
}[EventName]

export interface EngineOptions {
  readonly source?: FakeSource
  /** @default the storage of the harness */
  readonly storage?: TranscriptionStorage
  /** @default the polling queue */
  readonly queue?: JobQueue
  /** @default none: callbacks are refused */
  readonly notifier?: Notifier
}

/** Runs a test on an engine, and stops its workers whatever happens. */
export async function withEngine(
  harness: StorageHarness,
  { source = fakeSource(), storage = harness.storage, queue, notifier }: EngineOptions,
  test: (engine: Engine) => Promise<void>,
): Promise<void> {
  const clock = manualClock(harness.isBusy && { isBusy: harness.isBusy })
  const service = createTranscriptionService({
    storage,
    source,
    clock,
    random: () => 0.5,
    ...(queue && { queue }),
    ...(notifier && { notifier }),
  })
  const told: Told[] = []
  for (const name of EVENT_NAMES) listen(name)
  const workers: TranscriptionWorker[] = []

  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= STEP_MS) {
      const step = Math.min(left, STEP_MS)
      await harness.advance(step)
      await clock.advance(step)
    }
  }

  const engine: Engine = {
    service,
    source,
    clock,
    told,
    startWorker(options) {
      const worker = service.createWorker({ soonRetry: { minMs: 0 }, ...options })
      workers.push(worker)
      worker.start()
      return worker
    },
    pass,
    async until(condition, { withinMs = 60_000 } = {}) {
      for (let passed = 0; !(await condition()); passed += STEP_MS) {
        if (passed > withinMs) throw new Error(`Waited ${withinMs} ms in vain until ${condition.toString()}.`)
        await pass(STEP_MS)
      }
    },
    async ended({ id }, { withinMs = 60_000 } = {}) {
      for (let passed = 0; passed <= withinMs; passed += STEP_MS) {
        const job = await service.get(id)
        if (job.endedAt) return job
        await pass(STEP_MS)
      }
      throw new Error(
        `Job ${id} has not ended within ${withinMs} ms: ${JSON.stringify(await allOf(service.transcripts(id)))}`,
      )
    },
  }

  try {
    await test(engine)
  } finally {
    const stopped = Promise.all(workers.map((worker) => worker.stop({ drainMs: 0 })))
    await clock.advance(1)
    await stopped
  }

  function listen<Name extends EventName>(name: Name): void {
    service.on(name, (event) => void told.push({ name, event } as Told))
  }
}

const STEP_MS = 250

const EVENT_NAMES = [
  'job.created',
  'job.processing',
  'job.completed',
  'job.failed',
  'job.cancelled',
  'transcript.completed',
  'transcript.failed',
  'transcript.retrying',
  'transcript.stale',
  'attempt.ended',
  'delivery.succeeded',
  'delivery.retrying',
  'delivery.failed',
  'delivery.replayed',
  'gate.closed',
  'gate.opened',
  'jobs.purged',
  'engine.error',
] as const satisfies readonly EventName[]

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The transcripts of a job as they are now. */
export const transcriptsOf = ({ service }: Engine, { id }: Pick<Job, 'id'>): Promise<Transcript[]> =>
  allOf(service.transcripts(id, { withData: true }))

/** Stores a job of these videos. */
export async function submit(
  { service }: Engine,
  videos: string | readonly string[],
  options: Partial<Parameters<TranscriptionService['submit']>[0]> = {},
): Promise<Job> {
  const { job } = await service.submit({ urls: [videos].flat().map((id) => `https://example.test/${id}`), ...options })
  return job
}
