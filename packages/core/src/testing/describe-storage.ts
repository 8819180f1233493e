// The conformance suite of storages: every rule of `TranscriptionStorage`, one file per concern.
import type { TranscriptionStorage } from '../storage.ts'
import { describeCancelling } from './storage/cancelling.ts'
import { describeClaims } from './storage/claims.ts'
import { describeClosing } from './storage/closing.ts'
import { describeCrashes } from './storage/crashes.ts'
import { describeData } from './storage/data.ts'
import { describeDeadlines } from './storage/deadlines.ts'
import { describeDuplicates } from './storage/duplicates.ts'
import { describeEnds } from './storage/ends.ts'
import { describeGates } from './storage/gates.ts'
import { describeJobs } from './storage/jobs.ts'
import { describeLeases } from './storage/leases.ts'
import { describeProbes } from './storage/probes.ts'
import { describeReuse } from './storage/reuse.ts'
import { describeSettling } from './storage/settling.ts'
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

const CONCERNS: readonly ((suite: StorageSuite) => void)[] = [
  describeJobs,
  describeClaims,
  describeLeases,
  describeSettling,
  describeEnds,
  describeDuplicates,
  describeCancelling,
  describeDeadlines,
  describeCrashes,
  describeGates,
  describeProbes,
  describeReuse,
  describeData,
  describeClosing,
]
