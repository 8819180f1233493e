// What workers do beside their work: claim, renew, leave. And what every process does for those that vanished.
import fc from 'fast-check'
import { workerOf } from '../../builders.ts'
import { claim } from '../claiming.ts'
import { commandOf, nthOf } from '../command.ts'
import { expire } from '../expiring.ts'
import type { Replica } from '../replica.ts'
import type { Stage } from '../stage.ts'
import { allTranscripts, type Grant } from '../state.ts'
import { MINUTE, expectedJob, inMinutes, viewOfGrant, viewOfJob, viewOfLease } from '../views.ts'
import { renew } from '../workers.ts'
import { sometimes, source } from './choices.ts'

/** Given up after two crashes, so that short sequences get there. */
export const MAX_CRASHES = 2

/** Each with a lease of its own length, in minutes. */
const LEASES = { quick: 1, steady: 2, slow: 3 } as const
type WorkerName = keyof typeof LEASES
export const workerName = fc.constantFrom<WorkerName>('quick', 'steady', 'slow')
const workerNamed = (name: WorkerName) => workerOf(name, { leaseMs: LEASES[name] * MINUTE })

export const claiming = fc
  .record({
    source,
    worker: workerName,
    limit: fc.integer({ min: 1, max: 4 }),
    suspect: sometimes(fc.constant(true)),
    onlyNth: sometimes(fc.nat()),
  })
  .map(
    commandOf({
      name: 'claim',
      async take({ model, everywhere }, { worker, onlyNth, suspect = false, ...rest }) {
        const only = onlyNth === undefined ? undefined : nthOf(model.jobs, onlyNth)
        const jobIds = only && { jobIds: [only.input.id] }
        const options = { ...rest, ...jobIds, suspect, worker: workerNamed(worker), maxCrashes: MAX_CRASHES }
        const { claimed, startedJobs, suspectDue } = claim(model, options)
        const expected = {
          claimed: claimed.map(({ name, attempt, job, position, input, failures, crashes }) => ({
            lease: viewOfGrant({ of: name, attempt }),
            jobId: job.input.id,
            owner: job.input.owner,
            position,
            url: input.url,
            videoId: input.videoId,
            request: job.input.request,
            requestKey: input.requestKey,
            reuse: job.input.reuse,
            gateKey: input.gateKey,
            failures,
            crashes,
            remaining: Math.max(0, inMinutes(job.deadlineAt - model.now)),
          })),
          startedJobs: startedJobs.toSorted(),
          suspectDue,
        }
        await everywhere(async (replica) => {
          const answer = await replica.storage.claim(options)
          replica.learn(answer)
          return {
            claimed: answer.transcripts.map(({ lease, remainingMs, ...transcript }) => ({
              ...transcript,
              lease: viewOfLease(lease, replica),
              remaining: inMinutes(remainingMs),
            })),
            startedJobs: answer.startedJobs.toSorted(),
            suspectDue: answer.suspectDue,
          }
        }, expected)
      },
    }),
  )

export const renewing = fc.record({ worker: workerName, which: fc.constantFrom('its own', 'all', 'none') }).map(
  commandOf({
    name: 'renew',
    async take({ model, everywhere }, { worker, which }) {
      const own = allTranscripts(model).filter(({ held }) => held?.by === worker)
      const its = own.map(({ name, attempt }): Grant => ({ of: name, attempt }))
      const leases = which === 'all' ? model.leases : which === 'none' ? [] : its
      const renewed = renew(model, workerNamed(worker), leases)
      await everywhere(async (replica) => {
        const options = { worker: workerNamed(worker), leases: leases.map(replica.leaseOf) }
        const answer = await replica.storage.renew(options)
        return answer.map((lease) => viewOfLease(lease, replica)).toSorted()
      }, renewed.map(viewOfGrant).toSorted())
    },
  }),
)

/** A worker that is forgotten while it still holds something: what it holds is taken back when its leases have run out. */
export const leaving = fc
  .record({ worker: workerName })
  .map(commandOf({ name: 'remove worker', take: (stage, { worker }) => leave(stage, worker) }))

export async function leave({ model, everywhere }: Stage, worker: string): Promise<void> {
  model.workers.delete(worker)
  await everywhere(({ storage }) => storage.removeWorker(worker), undefined)
}

export const expiring = fc
  .constant({ maxCrashes: MAX_CRASHES, limit: 1_000 })
  .map(commandOf({ name: 'expire', take: expireEverywhere }))

export async function expireEverywhere(
  { model, everywhere }: Pick<Stage, 'model' | 'everywhere'>,
  options: { readonly maxCrashes: number; readonly limit: number },
): Promise<void> {
  const { reclaimed, failed, endedJobs, nextLeaseEndMs } = expire(model, options)
  const expected = {
    reclaimed: reclaimed.map(viewOfGrant).toSorted(),
    failed: inOrder(
      failed.map(({ job, position, input, error }) => failedOf(job.input.id, position, input.videoId, error)),
    ),
    endedJobs: inOrder(endedJobs.map(expectedJob)),
    nextLeaseEnd: nextLeaseEndMs === undefined ? undefined : inMinutes(nextLeaseEndMs),
  }
  await everywhere(async (replica: Replica) => {
    const answer = await replica.storage.expire(options)
    return {
      reclaimed: answer.reclaimed.map((lease) => viewOfLease(lease, replica)).toSorted(),
      failed: inOrder(answer.failed.map((one) => failedOf(one.jobId, one.position, one.videoId, one.error))),
      endedJobs: inOrder(answer.endedJobs.map((job) => viewOfJob(job, replica))),
      nextLeaseEnd: answer.nextLeaseEndMs === undefined ? undefined : inMinutes(answer.nextLeaseEndMs),
    }
  }, expected)
}

const failedOf = (jobId: string, position: number, videoId: string, error: unknown) => ({
  id: `${jobId}/${position}`,
  videoId,
  error,
})

/** Which of them comes first is the storage's affair. */
const inOrder = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
