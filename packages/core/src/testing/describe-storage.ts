// The conformance suite of storages: every rule of `TranscriptionStorage`, one file per concern.
import type { TranscriptionStorage } from '../storage.ts'
import { describeJobs } from './storage/jobs.ts'
import { suiteOf, type Harness, type Suite, type SuiteOptions } from './test-runner.ts'

export interface StorageHarness extends Harness {
  /** An empty storage. */
  readonly storage: TranscriptionStorage
  /** Opens a second handle on the same data, as another process would have it. The harness closes it when it is disposed. */
  readonly another: () => Promise<TranscriptionStorage>
  /** Moves the storage's clock on, for all its handles. It may run by itself besides. */
  readonly advance: (ms: number) => Promise<void>
}

export type StorageSuite = Suite<StorageHarness>

/**
 * Defines the tests that every {@link TranscriptionStorage} passes.
 *
 * ```ts
 * describeStorage({ runner: { describe, it }, createHarness: async () => ({ storage, another, advance, dispose }) })
 * ```
 */
export function describeStorage(options: SuiteOptions<StorageHarness>): void {
  const suite = suiteOf(options)
  suite.describe('a transcription storage', () => {
    for (const describeConcern of CONCERNS) describeConcern(suite)
  })
}

const CONCERNS: readonly ((suite: StorageSuite) => void)[] = [describeJobs]
