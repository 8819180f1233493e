// What callers do: submit, cancel, try again, list and purge.
import fc from 'fast-check'
import type { NewJob } from '../../../new-job.ts'
import { jobOf } from '../../builders.ts'
import { commandOf, nthOf } from '../command.ts'
import { cancel } from '../ending.ts'
import { jobsInOrder, purge } from '../reading.ts'
import type { Replica } from '../replica.ts'
import type { Stage } from '../stage.ts'
import { hasEnded, nextIdOf, type Model } from '../state.ts'
import { leftOf, submit } from '../submitting.ts'
import { expectedJob, viewOfJob } from '../views.ts'
import { OWNERS, callbackUrl, given, minutes, owner, sometimes, source, videoId } from './choices.ts'

const videos = fc.array(videoId, { minLength: 1, maxLength: 4 })

const submission = fc.record({
  videos,
  owner,
  source,
  // Sources may give their gates the same key, and one source several.
  gateKey: fc.constantFrom('fake', 'fake', 'fake', 'translations'),
  callbackUrl: fc.option(callbackUrl, { nil: undefined }),
  key: sometimes(fc.constantFrom('first', 'second')),
  timeoutMs: minutes(2, 5, 1_000, 1_000),
  maxAgeMs: minutes(8, 1_000, 10_000, 10_000),
})

export const submitting = submission.map(
  commandOf({
    name: 'submit',
    async take(stage, { videos: list, key, ...options }) {
      const idempotency = key === undefined ? undefined : { key, hash: list.join() }
      await insert(stage, jobOf(list, given({ id: nextIdOf(stage.model), ...options, idempotency })))
    },
  }),
)

export const retrying = fc.record({ nth: fc.nat(), callbackUrl: sometimes(callbackUrl) }).map(
  commandOf({
    name: 'try again',
    canBeTaken: (model, { nth }) => leftOfNth(model, nth).length > 0,
    async take(stage, { nth, ...options }) {
      const [first] = leftOfNth(stage.model, nth)
      const { id: retryOf, owner: of, source: from, timeoutMs, maxAgeMs } = first?.job.input ?? {}
      const list = leftOfNth(stage.model, nth).map(({ input }) => input.videoId)
      const again = { id: nextIdOf(stage.model), retryOf, owner: of, source: from, timeoutMs, maxAgeMs, ...options }
      stage.model.note('a job tried again')
      await insert(stage, jobOf(list, given(again)))
    },
  }),
)

const leftOfNth = ({ jobs }: Model, nth: number) => leftOf(nthOf(jobs.filter(hasEnded), nth) ?? { transcripts: [] })

async function insert(stage: Stage, job: NewJob): Promise<void> {
  const { job: expected, created } = submit(stage.model, job)
  await stage.everywhere(
    async (replica) => {
      const inserted = await replica.storage.insertJob(job)
      return { created: inserted.created, job: viewOfJob(inserted.job, replica) }
    },
    { created, job: expectedJob(expected) },
  )
}

export const cancelling = fc.record({ nth: fc.nat(), by: fc.constantFrom('its owner', 'anybody', 'a stranger') }).map(
  commandOf({
    name: 'cancel',
    canBeTaken: ({ jobs }) => jobs.length > 0,
    async take({ model, everywhere }, { nth, by }) {
      const job = nthOf(model.jobs, nth)
      if (!job) return
      const { id, owner: own } = job.input
      const stranger = OWNERS.find((other) => other !== own) ?? 'nobody'
      const query = { id, ...(by !== 'anybody' && { owner: by === 'a stranger' ? stranger : own }) }
      const changed = by !== 'a stranger' && cancel(model, job)
      await everywhere(
        async (replica) => {
          const result = await replica.storage.cancelJob(query)
          return result && { changed: result.changed, job: viewOfJob(result.job, replica) }
        },
        by === 'a stranger' ? undefined : { changed, job: expectedJob(job) },
      )
    },
  }),
)

export const listing = fc
  .record({
    owner: sometimes(owner),
    status: sometimes(fc.constantFrom('processing', 'cancelled')),
    limit: fc.integer({ min: 1, max: 3 }),
  })
  .map(
    commandOf({
      name: 'list jobs',
      async take({ model, everywhere }, { owner: of, status, limit }) {
        const query = given({ owner: of, status })
        const expected = jobsInOrder(model, query).map(expectedJob)
        await everywhere((replica) => allPages(replica, { ...query, limit }), pagesOf(expected, limit))
      },
    }),
  )

async function allPages(replica: Replica, query: Parameters<Replica['storage']['listJobs']>[0]): Promise<unknown[]> {
  const { jobs, next } = await replica.storage.listJobs(query)
  const page = jobs.map((job) => viewOfJob(job, replica))
  return next ? [page, ...(await allPages(replica, { ...query, after: next }))] : [page]
}

function pagesOf<T>(items: readonly T[], limit: number): readonly T[][] {
  const pages = Array.from({ length: Math.ceil(items.length / limit) }, (_, page) =>
    items.slice(page * limit, (page + 1) * limit),
  )
  return pages.length === 0 ? [[]] : pages
}

export const purging = fc.record({ olderThanMs: minutes(0, 1, 5, 50), limit: fc.integer({ min: 1, max: 3 }) }).map(
  commandOf({
    name: 'purge',
    async take({ model, everywhere }, options) {
      const expected = purge(model, options)
      await everywhere(({ storage }) => storage.purgeJobs(options), expected)
    },
  }),
)
