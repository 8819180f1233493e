// The same suite under the runner of Node.js itself, on the built packages: what an outside author runs.
import { describe, it } from 'node:test'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { describeStorage, manualClock } from '@ytscriptify/core/testing'

describeStorage({
  runner: { describe, it },
  async createHarness() {
    const clock = manualClock()
    const storage = memoryStorage({ clock })
    return {
      storage,
      another: async () => storage,
      advance: (ms) => clock.advance(ms),
      dispose: () => storage.close(),
    }
  },
})
