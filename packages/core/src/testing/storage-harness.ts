// What the suites of storages and of the engine work on.
import type { TranscriptionStorage } from '../storage.ts'
import type { Harness, Suite } from './test-runner.ts'

export interface StorageHarness extends Harness {
  /** An empty storage. */
  readonly storage: TranscriptionStorage
  /** Opens a second handle on the same data, as another process would have it. The harness closes it when it is disposed. */
  readonly another: () => Promise<TranscriptionStorage>
  /** Moves the storage's clock on, for all its handles. It may run by itself besides. */
  readonly advance: (ms: number) => Promise<void>
  /**
   * Whether a call to the storage is under way, where that takes real time, as it does with a server: the manual clock of the engine's
   * tests stands still meanwhile. {@link storageTracker} knows. @default the storage answers within a turn of the event loop
   */
  readonly isBusy?: () => boolean
}

export type StorageSuite = Suite<StorageHarness>
