// The conformance suite of storages: every rule of `TranscriptionStorage`, one file per concern.
import type { StorageHarness, StorageSuite } from './storage-harness.ts'
import { describeCancelling } from './storage/cancelling.ts'
import { describeClaims } from './storage/claims.ts'
import { describeClosing } from './storage/closing.ts'
import { describeCrashes } from './storage/crashes.ts'
import { describeData } from './storage/data.ts'
import { describeDeadlines } from './storage/deadlines.ts'
import { describeDeliveryClaims } from './storage/delivery-claims.ts'
import { describeDeliveryOutcomes } from './storage/delivery-outcomes.ts'
import { describeDuplicates } from './storage/duplicates.ts'
import { describeEnds } from './storage/ends.ts'
import { describeGates } from './storage/gates.ts'
import { describeImporting } from './storage/importing.ts'
import { describeInspecting } from './storage/inspecting.ts'
import { describeJobs } from './storage/jobs.ts'
import { describeLeases } from './storage/leases.ts'
import { describeProbes } from './storage/probes.ts'
import { describePurging } from './storage/purging.ts'
import { describeReuse } from './storage/reuse.ts'
import { describeSettling } from './storage/settling.ts'
import { suiteOf, type SuiteOptions } from './test-runner.ts'

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
  describeDeliveryClaims,
  describeDeliveryOutcomes,
  describeDuplicates,
  describeCancelling,
  describeDeadlines,
  describeCrashes,
  describeGates,
  describeProbes,
  describeReuse,
  describeData,
  describeImporting,
  describePurging,
  describeInspecting,
  describeClosing,
]
