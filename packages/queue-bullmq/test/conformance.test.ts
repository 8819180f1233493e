import { describeQueue } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { queuesOn } from './redis-harness.ts'

describeQueue({
  runner: { describe, it },
  carriesNotes: true,
  createHarness: async () => {
    const { open, dispose } = queuesOn()
    return { queue: open(), another: async () => open(), dispose }
  },
})
