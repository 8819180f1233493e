import assert from 'node:assert/strict'
import { jobOf, workerOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { insert, only } from './steps.ts'

export function describeClosing({ describe, it }: StorageSuite): void {
  describe('opening and closing', () => {
    it('may each be done twice, and at the same time', async ({ another }) => {
      const storage = await another()

      await Promise.all([storage.ready(), storage.ready()])
      await storage.ready()
      await Promise.all([storage.close(), storage.close()])
      await storage.close()
    })

    it('says which version of the schema it works on, where there is one', async ({ storage }) => {
      const { schemaVersion = 1 } = storage

      assert.ok(Number.isInteger(schemaVersion) && schemaVersion >= 1, String(schemaVersion))
    })

    it('needs no ready before the first use', async ({ another }) => {
      const storage = await another()

      assert.deepEqual(await storage.listJobs({ limit: 1 }), { jobs: [] })
    })

    it('of one handle leaves the others at work', async ({ storage, another }) => {
      const other = await another()
      const job = only(await insert(other, jobOf('dQw4w9WgXcQ')))

      await other.close()

      assert.deepEqual(await storage.getJob({ id: job.id }), job)
    })

    it('waits for the changes in hand', async ({ storage, another }) => {
      const other = await another()
      const jobs = Array.from({ length: 10 }, () => jobOf('dQw4w9WgXcQ'))

      const inserting = Promise.all(jobs.map((job) => other.insertJob(job)))
      await other.close()
      await inserting

      assert.equal((await storage.listJobs({ limit: 20 })).jobs.length, 10)
    })
  })

  describe('a worker that stops in good order', () => {
    it('is forgotten, also where it was never known', async ({ storage }) => {
      await storage.renew({ worker: workerOf('a'), leases: [] })

      await storage.removeWorker('a')
      await storage.removeWorker('a')
      await storage.removeWorker('unknown')
    })
  })
}
