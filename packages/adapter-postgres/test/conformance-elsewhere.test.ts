// The same rules in a database that is set up in another way, among tables of others.
import { describeStorage } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { useDatabase } from './postgres-harness.ts'

describe('behind a prefix, on a pool as hosts have it, in a database that isolates more and lives in New York:', () => {
  const { createHarness } = useDatabase({
    tablePrefix: 'yt_',
    pipeline: false,
    settings: { default_transaction_isolation: 'repeatable read', timezone: 'America/New_York' },
  })

  describeStorage({ runner: { describe, it }, createHarness })
})
