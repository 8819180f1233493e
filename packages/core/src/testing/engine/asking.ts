// What callers ask of a service about jobs that are there.
import assert from 'node:assert/strict'
import { decodeSegments } from '../../transcript-data.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { submit, withEngine } from './engine.ts'

export function describeAsking({ describe, it }: StorageSuite): void {
  describe('a service that is asked', () => {
    it('whether it is ready answers when the storage does', (harness) =>
      withEngine(harness, {}, async ({ service }) => {
        await service.ready()
        await service.ready()
      }))

    it('for one video of a job gives the first of it, with its text where that is wanted', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()
        const job = await submit(engine, ['jNQXAC9IVRw', 'dQw4w9WgXcQ', 'dQw4w9WgXcQ'], { owner: 'ada' })
        await engine.ended(job)

        const { position, data } = await engine.service.transcript(job.id, 'dQw4w9WgXcQ', {
          owner: 'ada',
          withData: true,
        })
        const withoutText = await engine.service.transcript(job.id, 'dQw4w9WgXcQ')

        assert.equal(position, 1)
        assert.equal(decodeSegments(data ?? '')[0]?.text, 'Text of dQw4w9WgXcQ.')
        assert.deepEqual([withoutText.position, withoutText.data], [1, undefined])
      }))

    it('for a video that the job has not, or a job of somebody else, says so', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const job = await submit(engine, 'dQw4w9WgXcQ', { owner: 'ada' })
        const { service } = engine

        await assert.rejects(service.transcript(job.id, 'jNQXAC9IVRw'), { code: 'transcript_not_found' })
        for (const options of [{ owner: 'bob' }]) {
          await assert.rejects(service.transcript(job.id, 'dQw4w9WgXcQ', options), { code: 'job_not_found' })
          await assert.rejects(service.deliveries(job.id, options), { code: 'job_not_found' })
          await assert.rejects(service.replay(job.id, 'msg_1', options), { code: 'job_not_found' })
          await assert.rejects(service.retry(job.id, options), { code: 'job_not_found' })
        }
      }))

    it('for the jobs of one owner and one status lists those, and no others', (harness) =>
      withEngine(harness, {}, async (engine) => {
        const [cancelled] = await Promise.all([
          submit(engine, 'dQw4w9WgXcQ', { owner: 'ada' }),
          submit(engine, 'dQw4w9WgXcQ', { owner: 'ada' }),
          submit(engine, 'dQw4w9WgXcQ', { owner: 'bob' }),
        ])
        await engine.service.cancel(cancelled.id)

        const { jobs } = await engine.service.list({ owner: 'ada', status: 'cancelled' })

        assert.deepEqual(
          jobs.map(({ id }) => id),
          [cancelled.id],
        )
      }))
  })
}
