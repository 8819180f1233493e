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
}

export type StorageSuite = Suite<StorageHarness>
