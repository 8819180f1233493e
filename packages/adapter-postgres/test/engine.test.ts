import { describeEngine } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { useDatabase } from './postgres-harness.ts'

describeEngine({ runner: { describe, it }, createHarness: useDatabase().createHarness })
