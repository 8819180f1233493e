import { describeStorage } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { useDatabase } from './postgres-harness.ts'

describeStorage({ runner: { describe, it }, createHarness: useDatabase().createHarness })
