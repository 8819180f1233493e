import { claimOf, jobOf, videoIds } from '@ytscriptify/core/testing'
import { expect, it } from 'vitest'
import { useDatabase } from './postgres-harness.ts'

const { createHarness } = useDatabase()

// A claim locks the heads of both indexes and takes the first of them, so that another one at the same moment found nothing: its worker
// slept until somebody woke it, whatever was left.
it('says of a claim that found nothing whether another one has locked what is due', async () => {
  const { storage, pool, schema, dispose } = await createHarness()
  await storage.insertJob(jobOf(videoIds(3)))
  const other = await pool.connect()
  await other.query(`begin; select from ${schema}.transcripts for update`)

  const contended = await storage.claim(claimOf())
  await other.query('rollback')
  other.release()
  const free = await storage.claim(claimOf())
  const nothing = await storage.claim(claimOf())

  expect(contended).toMatchObject({ transcripts: [], contended: true })
  expect(free.transcripts).toHaveLength(3)
  expect(nothing).toEqual({ transcripts: [], startedJobs: [], suspectDue: false })
  await dispose()
})
