// Watches what a storage answers, and judges what stands in its rows by the promises alone: it knows nothing of the model.
import type { Delivery } from '../../delivery.ts'
import { isJobEnded, type Job } from '../../job.ts'
import type { Lease } from '../../lease.ts'
import type { TranscriptionStorage } from '../../storage.ts'
import type { Transcript } from '../../transcript.ts'

export interface Witness {
  /** The storage, with what it answers noted. */
  watch(storage: TranscriptionStorage): TranscriptionStorage
  /** What was promised and is not so, each as a sentence. */
  judge(rows: readonly JobRows[]): string[]
}

/** A job with all that belongs to it. */
export interface JobRows {
  readonly job: Job
  readonly transcripts: readonly Transcript[]
  readonly deliveries: readonly Delivery[]
}

export function createWitness(): Witness {
  const attempts = new Map<number, number>()
  const jobOf = new Map<number, string>()
  const takenBack = new Set<string>()
  const results = new Map<number, string>()
  const ends = new Map<string, number>()
  /** Jobs that ended elsewhere: nobody is called back for them. */
  const endedBefore = new Set<string>()
  const seen = new Map<string, Job>()
  const found: string[] = []

  const tellVersion = (job: Job): void => {
    const before = seen.get(job.id) ?? { ...job, version: 0 }
    seen.set(job.id, job)
    const hasChanged = JSON.stringify({ ...job, version: 0 }) !== JSON.stringify({ ...before, version: 0 })
    if (hasChanged ? job.version <= before.version : job.version < before.version)
      found.push(`Job ${job.id} has version ${job.version} after version ${before.version}.`)
  }

  const tellEnd = ({ id }: Pick<Job, 'id'>): void => {
    ends.set(id, (ends.get(id) ?? 0) + 1)
    if (ends.get(id) !== 1) found.push(`Job ${id} ended again.`)
  }

  const tellAttempt = ({ transcriptId, attempt }: Lease): void => {
    const before = attempts.get(transcriptId) ?? 0
    if (attempt <= before) found.push(`Attempt ${attempt} of transcript ${transcriptId} came after attempt ${before}.`)
    attempts.set(transcriptId, attempt)
  }

  const tellResult = (lease: Lease, status: string): void => {
    const { transcriptId, attempt } = lease
    const what = `Attempt ${attempt} of transcript ${transcriptId}`
    if (attempts.get(transcriptId) !== attempt) found.push(`${what} was accepted though it was not the last one.`)
    if (takenBack.has(keyOf(lease))) found.push(`${what} was accepted though it had been taken back.`)
    if (results.has(transcriptId)) found.push(`${what} was accepted though its result was there already.`)
    if (ends.has(jobOf.get(transcriptId) ?? '')) found.push(`${what} was accepted though its job had ended.`)
    if (status !== 'pending') results.set(transcriptId, status)
    // Given back, it is nobody's until it is claimed again.
    else takenBack.add(keyOf(lease))
  }

  return {
    watch: (storage) => ({
      ...storage,
      async claim(options) {
        const claim = await storage.claim(options)
        for (const { lease, jobId } of claim.transcripts) {
          jobOf.set(lease.transcriptId, jobId)
          tellAttempt(lease)
        }
        return claim
      },
      async settle(settlement) {
        const result = await storage.settle(settlement)
        if (!result.accepted) return result
        tellResult(settlement.lease, result.status)
        if (result.endedJob) tellEnd(result.endedJob)
        return result
      },
      async cancelJob(query) {
        const result = await storage.cancelJob(query)
        if (result?.changed) tellEnd(result.job)
        return result
      },
      async expire(options) {
        const result = await storage.expire(options)
        for (const lease of result.reclaimed) takenBack.add(keyOf(lease))
        for (const job of result.endedJobs) tellEnd(job)
        return result
      },
      async importJobs(jobs) {
        const stored = await storage.importJobs(jobs)
        for (const [index, { id, status }] of jobs.entries()) {
          if (stored[index] && isJobEnded(status)) endedBefore.add(id)
        }
        return stored
      },
    }),

    judge(rows) {
      for (const { job } of rows) tellVersion(job)
      return [...found, ...rows.flatMap((row) => violationsOf(row, { wasElsewhere: endedBefore.has(row.job.id) }))]
    },
  }
}

const keyOf = ({ transcriptId, attempt }: Lease): string => `${transcriptId}#${attempt}`

function violationsOf(
  { job, transcripts, deliveries }: JobRows,
  { wasElsewhere }: { wasElsewhere: boolean },
): string[] {
  const { id, status, counts } = job
  const count = (wanted: Transcript['status']): number => transcripts.filter((one) => one.status === wanted).length
  const ended = { completed: count('completed'), failed: count('failed'), cancelled: count('cancelled') }
  const open = transcripts.length - ended.completed - ended.failed - ended.cancelled
  const positions = transcripts.map(({ position }) => position)
  const rules: readonly [boolean, string][] = [
    [positions.every((position, index) => position === index), `has the positions ${positions.join()}`],
    [counts.total === transcripts.length, `counts ${counts.total} videos and has ${transcripts.length}`],
    [counts.completed === ended.completed, `counts ${counts.completed} completed and has ${ended.completed}`],
    [counts.failed === ended.failed, `counts ${counts.failed} failed and has ${ended.failed}`],
    [counts.cancelled === ended.cancelled, `counts ${counts.cancelled} cancelled and has ${ended.cancelled}`],
    [isJobEnded(status) === (open === 0), `is ${status} with ${open} open videos`],
    [status !== 'completed' || wasElsewhere || ended.completed > 0, 'is completed without a text'],
    [status !== 'failed' || wasElsewhere || ended.failed === transcripts.length, 'is failed, and not every video is'],
    [deliveries.length <= 1, `has ${deliveries.length} deliveries`],
    [
      wasElsewhere || deliveries.length > 0 === (isJobEnded(status) && job.callbackUrl !== undefined),
      `is ${status} with ${deliveries.length} deliveries`,
    ],
    [!wasElsewhere || deliveries.length === 0, 'ended elsewhere and has a delivery'],
  ]
  return [
    ...rules.flatMap(([isKept, what]) => (isKept ? [] : [`Job ${id} ${what}.`])),
    ...transcripts.flatMap((one) => violationsOfTranscript(one, transcripts)),
    ...deliveries.flatMap(violationsOfDelivery),
  ]
}

function violationsOfTranscript({ jobId, position, status, ...one }: Transcript, all: readonly Transcript[]): string[] {
  const what = `Video ${position} of job ${jobId}`
  const original = all.find((other) => other.position === one.duplicateOf)
  return [
    ...((status === 'completed') === (one.data !== undefined) ? [] : [`${what} is ${status}: its text does not fit.`]),
    ...(status === 'failed' && !one.error ? [`${what} failed and nobody knows why.`] : []),
    ...(original && isJobEnded(original.status) && original.status !== status
      ? [`${what} is ${status}, and its original ${original.status}.`]
      : []),
  ]
}

function violationsOfDelivery({ id, attempts }: Delivery): string[] {
  const numbers = attempts.map(({ attempt }) => attempt)
  const isRising = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
  return isRising ? [] : [`Delivery ${id} has the attempts ${numbers.join()}.`]
}
