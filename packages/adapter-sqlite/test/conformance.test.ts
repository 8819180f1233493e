import { describe, it } from 'vitest'
import { describeStorage } from '@ytscriptify/core/testing'
import { createSqliteHarness } from './sqlite-harness.ts'

describeStorage({ runner: { describe, it }, createHarness: createSqliteHarness })
