// What is not fetched again: stored transcripts that are young enough, and requests that are in flight already.
import assert from 'node:assert/strict'
import type { StorageSuite } from '../storage-harness.ts'
import { failing, fakeSource, hanging, type FakeFetch } from '../fake-source.ts'
import { fetchedOf } from '../builders.ts'
import { only, present } from '../storage/steps.ts'
import { submit, transcriptsOf, withEngine } from './engine.ts'

const DAY = 24 * 60 * 60_000

export function describeSharing({ describe, it }: StorageSuite): void {
  describe('reuse of stored transcripts', () => {
    it('copies what was fetched before for the same request, and keeps the moment of the fetch', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()
        const first = await submit(engine, 'dQw4w9WgXcQ')
        await engine.ended(first)
        const [original] = await transcriptsOf(engine, first)

        const second = await submit(engine, 'dQw4w9WgXcQ')
        await engine.ended(second)

        const [copy] = await transcriptsOf(engine, second)
        assert.equal(engine.source.fetched.length, 1)
        assert.equal(copy?.data, original?.data)
        assert.deepEqual(copy?.result?.fetchedAt, original?.result?.fetchedAt)
        assert.ok(engine.told.some(({ name, event }) => name === 'transcript.completed' && event.reused))
      }))

    it('asks anew when told to, for another request, and when the copy would be too old', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        await engine.ended(await submit(engine, 'dQw4w9WgXcQ', { refresh: true }))
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ', { languages: ['de'] }))
        await harness.advance(2 * DAY)
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ', { maxAgeMs: DAY }))

        assert.equal(engine.source.fetched.length, 4)
      }))

    it('stays within one owner unless it is shared', (harness) =>
      withEngine(harness, {}, async (engine) => {
        engine.startWorker()
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ', { owner: 'ann' }))

        await engine.ended(await submit(engine, 'dQw4w9WgXcQ', { owner: 'ben' }))
        const own = engine.source.fetched.length
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ', { owner: 'cem', reuse: 'shared' }))

        assert.equal(own, 2)
        assert.equal(engine.source.fetched.length, 2)
      }))

    it('never copies a failure', (harness) => {
      const source = fakeSource({ videos: { dQw4w9WgXcQ: [failing('transcripts_disabled'), 'Captions came.'] } })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()
        await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        const ended = await engine.ended(await submit(engine, 'dQw4w9WgXcQ'))

        assert.equal(ended.status, 'completed')
      })
    })
  })

  describe('identical requests in flight', () => {
    it('share one fetch, and each job gets the text', (harness) => {
      let answer = (): void => undefined
      const slow: FakeFetch = () => new Promise((resolve) => (answer = () => resolve(fetchedOf('Shared.'))))
      const source = fakeSource({ otherwise: slow })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()
        const jobs = [await submit(engine, 'dQw4w9WgXcQ'), await submit(engine, 'dQw4w9WgXcQ')]
        await engine.pass(1_000)
        const permitsInFlight = source.permitsOut

        answer()

        for (const job of jobs) {
          assert.equal((await engine.ended(job)).status, 'completed')
          assert.match(String(only(await transcriptsOf(engine, job)).data), /Shared\./)
        }
        assert.equal(source.fetched.length, 1)
        assert.equal(permitsInFlight, 1)
        assert.equal(source.permitsOut, 0)
      })
    })

    it('are not shared between owners who do not share what is stored either', (harness) => {
      const source = fakeSource({ otherwise: hanging })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()

        await submit(engine, 'dQw4w9WgXcQ', { owner: 'ann' })
        await submit(engine, 'dQw4w9WgXcQ', { owner: 'ben' })
        await submit(engine, 'dQw4w9WgXcQ', { owner: 'cem', reuse: 'shared' })
        await submit(engine, 'dQw4w9WgXcQ', { owner: 'dan', reuse: 'shared' })
        await engine.pass(1_000)

        assert.equal(source.running, 3)
      })
    })

    it('do not stop each other: the first may be cancelled while the second waits on', (harness) => {
      let answer = (): void => undefined
      const slow: FakeFetch = (_video, { signal }) =>
        new Promise((resolve, reject) => {
          answer = () => resolve(fetchedOf('Still wanted.'))
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      const source = fakeSource({ otherwise: slow })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()
        const first = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)
        const second = await submit(engine, 'dQw4w9WgXcQ')
        await engine.pass(1_000)

        await engine.service.cancel(first.id)
        await engine.pass(6_000)
        answer()
        const ended = await engine.ended(second)

        assert.equal(ended.status, 'completed')
        assert.equal(source.fetched.length, 1)
        assert.equal(source.permitsOut, 0)
      })
    })

    it('are aborted when the last of them is cancelled', (harness) => {
      const source = fakeSource({ otherwise: hanging })
      return withEngine(harness, { source }, async (engine) => {
        engine.startWorker()
        const jobs = [await submit(engine, 'dQw4w9WgXcQ'), await submit(engine, 'dQw4w9WgXcQ')]
        await engine.pass(1_000)

        for (const { id } of jobs) await engine.service.cancel(id)
        await engine.pass(6_000)

        assert.equal(source.fetched.length, 1)
        assert.equal(source.running, 0)
      })
    })
  })

  describe('submitting again', () => {
    it('gives the job of before for the same idempotency key', (harness) =>
      withEngine(harness, {}, async ({ service }) => {
        const submission = { urls: ['https://example.test/dQw4w9WgXcQ'], idempotencyKey: 'monday' }
        const first = await service.submit(submission)

        const again = await service.submit(submission)

        assert.equal(first.created, true)
        assert.equal(again.created, false)
        assert.equal(again.job.id, first.job.id)
      }))

    it('refuses the key for another request', (harness) =>
      withEngine(harness, {}, async ({ service }) => {
        await service.submit({ urls: ['dQw4w9WgXcQ'], idempotencyKey: 'monday' })

        const other = service.submit({ urls: ['jNQXAC9IVRw'], idempotencyKey: 'monday' })

        await assert.rejects(other, { code: 'idempotency_mismatch' })
      }))

    it('makes a new job of what failed or was cancelled, and only once it has ended', (harness) => {
      const source = fakeSource({ videos: { jNQXAC9IVRw: [failing('video_private'), 'Public now.'] } })
      return withEngine(harness, { source }, async (engine) => {
        const job = await submit(engine, ['dQw4w9WgXcQ', 'jNQXAC9IVRw'])
        await assert.rejects(engine.service.retry(job.id), { code: 'job_not_ended', message: /still pending/ })
        engine.startWorker()
        await engine.ended(job)

        const { job: again } = await engine.service.retry(job.id)
        const ended = await engine.ended(again)

        assert.equal(again.retryOf, job.id)
        assert.deepEqual(ended.counts, { total: 1, completed: 1, failed: 0, cancelled: 0 })
        assert.equal(present((await transcriptsOf(engine, again))[0]).videoId, 'jNQXAC9IVRw')
        await assert.rejects(engine.service.retry(again.id), { code: 'invalid_input', message: /no failed/ })
      })
    })

    it('makes one new job for the same idempotency key, however often it is asked', (harness) =>
      withEngine(harness, {}, async ({ service }) => {
        const { job } = await service.submit({ urls: ['dQw4w9WgXcQ'] })
        await service.cancel(job.id)

        const retries = await Promise.all(
          Array.from({ length: 5 }, () => service.retry(job.id, { idempotencyKey: 'again' })),
        )

        assert.equal(new Set(retries.map((retry) => retry.job.id)).size, 1)
        assert.equal(retries.filter(({ created }) => created).length, 1)
        assert.equal((await service.list()).jobs.length, 2)
      }))

    it('refuses a retry under a key that was used for anything else', (harness) =>
      withEngine(harness, {}, async ({ service }) => {
        const [one, two] = await Promise.all([
          service.submit({ urls: ['dQw4w9WgXcQ'], idempotencyKey: 'submitted' }),
          service.submit({ urls: ['dQw4w9WgXcQ'] }),
        ])
        await Promise.all([service.cancel(one.job.id), service.cancel(two.job.id)])
        await service.retry(one.job.id, { idempotencyKey: 'retried' })

        for (const idempotencyKey of ['submitted', 'retried']) {
          const other = service.retry(two.job.id, { idempotencyKey })
          await assert.rejects(other, { code: 'idempotency_mismatch' })
        }
        const empty = service.retry(two.job.id, { idempotencyKey: '' })
        await assert.rejects(empty, { code: 'invalid_input', message: /idempotencyKey/ })
      }))
  })
}
