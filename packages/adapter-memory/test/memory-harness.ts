// The storage under test, and the clock that its leases go by.
import { manualClock, type StorageHarness } from '@ytscriptify/core/testing'
import { memoryStorage } from '../src/memory-storage.ts'

export async function createMemoryHarness(): Promise<StorageHarness> {
  const clock = manualClock()
  const storage = memoryStorage({ clock })
  return {
    storage,
    // What lives in the memory of one process has no other handle than itself.
    another: async () => storage,
    advance: (ms) => clock.advance(ms),
    dispose: () => storage.close(),
  }
}
