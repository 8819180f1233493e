import { describe, it } from 'vitest'
import { describeStorage } from '@ytscriptify/core/testing'
import { createSqliteHarness } from './sqlite-harness.ts'

const runner = { describe, it }

describeStorage({ runner, createHarness: createSqliteHarness })

describe('behind a prefix:', () => {
  describeStorage({ runner, createHarness: () => createSqliteHarness({ tablePrefix: 'yt_' }) })
})
