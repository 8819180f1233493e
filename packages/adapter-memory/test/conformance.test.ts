import { describeStorage } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { createMemoryHarness } from './memory-harness.ts'

describeStorage({ runner: { describe, it }, createHarness: createMemoryHarness })
