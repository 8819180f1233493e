// All storages beside the model, for a short while. For longer: `npm run model -- --runs 5000`.
import { checkStorageModel } from '@ytscriptify/core/testing/model'
import { createTestDatabase } from '@ytscriptify/test-servers'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { modelledStorages } from '../model/storages.mjs'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let modelled: ReturnType<typeof modelledStorages>

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'))
  modelled = modelledStorages({ postgresUrl: database.url })
})
afterAll(async () => {
  await modelled.close()
  await database.drop()
})

describe('the storages in memory, on SQLite and on PostgreSQL', () => {
  it('do the same, and what the model says, whatever is done to them: 30 sequences of up to 100 steps', async () => {
    const events = await checkStorageModel({ storages: modelled.storages, numRuns: 30 })

    // It has been everywhere that matters. What is rarer is met by longer runs.
    expect([...events.keys()]).toEqual(expect.arrayContaining(OFTEN))
    // A failure is searched for its shortest sequence, which takes a while.
  }, 300_000)
})

const OFTEN = [
  'a job',
  'a claim',
  'nothing due',
  'a late result',
  'a retry',
  'a crash',
  'a lease that is lost',
  'a lease that is renewed',
  'a gate closes',
  'a probe',
  'a duplicate ends',
  'a job ends completed',
  'a job ends failed',
  'a job ends cancelled',
  'deadline_exceeded',
  'a delivery',
  'a delivery claimed',
  'a delivery lost',
  'a late word about a delivery',
  'an import of the past',
]
