// The specification of the engine: what a service and its workers do, on any storage.
import type { StorageHarness, StorageSuite } from './storage-harness.ts'
import { describeAsking } from './engine/asking.ts'
import { describeAttempts } from './engine/attempts.ts'
import { describeCallbackLimits } from './engine/callback-limits.ts'
import { describeCallbackWorkers } from './engine/callback-workers.ts'
import { describeCallbacks } from './engine/callbacks.ts'
import { describeClaiming } from './engine/claiming.ts'
import { describeFinishing } from './engine/finishing.ts'
import { describeKeeping } from './engine/keeping.ts'
import { describeEngineLeases } from './engine/leases.ts'
import { describeNotes } from './engine/notes.ts'
import { describeRetries } from './engine/retries.ts'
import { describeSharing } from './engine/sharing.ts'
import { describeStopping } from './engine/stopping.ts'
import { suiteOf, type SuiteOptions } from './test-runner.ts'

/** Defines the tests that the engine passes on every storage that passes `describeStorage`. It takes the same harness. */
export function describeEngine(options: SuiteOptions<StorageHarness>): void {
  const suite = suiteOf(options)
  suite.describe('the engine', () => {
    for (const describeConcern of CONCERNS) describeConcern(suite)
  })
}

const CONCERNS: readonly ((suite: StorageSuite) => void)[] = [
  describeFinishing,
  describeClaiming,
  describeAsking,
  describeRetries,
  describeAttempts,
  describeEngineLeases,
  describeStopping,
  describeSharing,
  describeNotes,
  describeCallbacks,
  describeCallbackLimits,
  describeCallbackWorkers,
  describeKeeping,
]
