import { describeEngine } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { createMemoryHarness } from './memory-harness.ts'

describeEngine({ runner: { describe, it }, createHarness: createMemoryHarness })
