import { describeEngine } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { createSqliteHarness } from './sqlite-harness.ts'

describeEngine({ runner: { describe, it }, createHarness: createSqliteHarness })
