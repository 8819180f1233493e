// What a storage does while somebody else holds a lock, and stands still with it.
import { claimOf, errorOf, eventually, jobOf, videoIds, workerOf } from '@ytscriptify/core/testing'
import { DEFAULT_GATE_POLICY } from '@ytscriptify/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useDatabase, type PostgresHarness } from './postgres-harness.ts'

const { createHarness } = useDatabase()
const everything = { limit: 100, maxCrashes: 3 }

let harness: PostgresHarness
beforeEach(async () => {
  harness = await createHarness()
  await harness.storage.ready()
})
afterEach(() => harness.dispose())

/** Holds the rows of this query locked while `work` runs. */
async function holding<T>(rows: string, work: () => Promise<T>): Promise<T> {
  const other = await harness.pool.connect()
  await other.query(`begin; set search_path = ${harness.schema}; ${rows} for update`)
  try {
    return await work()
  } finally {
    await other.query('rollback; reset search_path')
    other.release()
  }
}

/** The same for what waits for nobody. */
function passing<T>(rows: string, work: () => Promise<T>): Promise<T> {
  return holding(rows, async () => {
    let isDone = false
    const result = work().finally(() => (isDone = true))
    const waits = async (): Promise<never> => {
      await eventually(async () => isDone || (await waiting()) > 0, { what: 'it is done, or waits' })
      return isDone ? new Promise(() => undefined) : Promise.reject(new Error('It waits for a lock.'))
    }
    return Promise.race([result, waits()])
  })
}

/** How many statements wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await harness.pool.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity
      where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
  )
  return rows[0]?.count ?? 0
}

const lockOfJob = (id: string): string => `select from jobs where id = '${id}'`
const lockOfTranscripts = (jobId: string): string => `select from transcripts where job_id = '${jobId}'`

describe('a claim', () => {
  // It locks the heads of both indexes and takes the first of them, so that another one at the same moment found nothing: its
  // worker slept until somebody woke it, whatever was left.
  it('that found nothing says whether another one has locked what is due', async () => {
    const { storage } = harness
    await storage.insertJob(jobOf(videoIds(3)))

    const contended = await passing('select from transcripts', () => storage.claim(claimOf()))
    const free = await storage.claim(claimOf())
    const nothing = await storage.claim(claimOf())

    expect(contended).toMatchObject({ transcripts: [], contended: true })
    expect(free.transcripts).toHaveLength(3)
    expect(nothing).toEqual({ transcripts: [], startedJobs: [], suspectDue: false })
  })

  it('that found less than it may take says so too, and nothing where it took all that was left', async () => {
    const { storage } = harness
    const { job } = await storage.insertJob(jobOf(videoIds(3)))
    const locked = `select from transcripts where job_id = '${job.id}' and position < 2`

    const some = await passing(locked, () => storage.claim(claimOf()))
    const rest = await storage.claim(claimOf())

    expect(some).toMatchObject({ transcripts: [{ position: 2 }], contended: true })
    expect(rest.transcripts).toHaveLength(2)
    expect(rest).not.toHaveProperty('contended')
  })

  it('takes what is due although its job is locked, and leaves the start of the job to the next one', async () => {
    const { storage } = harness
    const { job } = await storage.insertJob(jobOf(videoIds(2)))

    const first = await passing('select from jobs', () => storage.claim(claimOf({ limit: 1 })))
    const second = await storage.claim(claimOf({ limit: 1 }))

    expect(first).toMatchObject({ transcripts: [{ jobId: job.id }], startedJobs: [] })
    expect(second).toMatchObject({ transcripts: [{ jobId: job.id }], startedJobs: [job.id] })
  })

  it('passes over a gate that is ajar while somebody else has it, and takes what is due behind others', async () => {
    const { storage, advance } = harness
    await storage.insertJob(jobOf(videoIds(2), { gateKey: 'closed' }))
    const { transcripts } = await storage.claim(claimOf({ limit: 1 }))
    const error = errorOf('source_blocked')
    const policy = DEFAULT_GATE_POLICY
    await storage.settle({ lease: transcripts[0]!.lease, outcome: { type: 'refused', error, retryAfterMs: 0, policy } })
    await advance(policy.maxMs)

    const nothing = await passing('select from gates', () => storage.claim(claimOf()))
    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ', { gateKey: 'open' }))
    const others = await passing('select from gates', () => storage.claim(claimOf()))
    const probe = await storage.claim(claimOf())

    expect(nothing).toMatchObject({ transcripts: [], contended: true })
    expect(others).toMatchObject({ transcripts: [{ jobId: job.id }], contended: true })
    expect(probe.transcripts).toHaveLength(1)
  })
})

it.each([
  { locked: 'job', rows: lockOfJob },
  { locked: 'transcript', rows: lockOfTranscripts },
])('a worker that comes back does not wait for a $locked, and is given its crash back later', async ({ rows }) => {
  const { storage, advance } = harness
  const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))
  await storage.claim(claimOf({ worker: 'a' }))
  await advance(60_001)
  await storage.expire(everything)
  const { job: other } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))
  const { transcripts } = await storage.claim(claimOf({ worker: 'a' }))
  const leases = transcripts.filter(({ jobId }) => jobId === other.id).map(({ lease }) => lease)
  const crashes = async () => (await storage.listTranscripts({ jobId: job.id })).map((one) => one.crashes)
  const renew = () => storage.renew({ worker: workerOf('a'), leases })

  const renewed = await passing(rows(job.id), renew)

  expect(renewed).toEqual(leases)
  expect(await crashes()).toEqual([1])
  await renew()
  expect(await crashes()).toEqual([0])
})

describe('whoever takes back what was lost', () => {
  async function loseTwo() {
    const { storage, advance } = harness
    const { job: held } = await storage.insertJob(jobOf('held0000001'))
    const { job: free } = await storage.insertJob(jobOf('free0000001'))
    await storage.claim(claimOf())
    await advance(60_001)
    return { storage, held, free }
  }

  it.each([
    { locked: 'job', rows: lockOfJob },
    { locked: 'transcript', rows: lockOfTranscripts },
  ])('does not wait for a $locked while there are others', async ({ rows }) => {
    const { storage, held, free } = await loseTwo()

    const result = await passing(rows(held.id), () => storage.expire(everything))

    expect(result.reclaimed).toHaveLength(1)
    expect(await statuses(free.id)).toEqual(['pending'])
    expect(await statuses(held.id)).toEqual(['processing'])
  })

  it('takes nothing where all are locked, and everything at its next turn', async () => {
    const { storage } = await loseTwo()

    const nothing = await passing('select from jobs', () => storage.expire(everything))
    const rest = await storage.expire(everything)

    expect(nothing).toEqual({ reclaimed: [], failed: [], endedJobs: [], nextLeaseEndMs: 0 })
    expect(rest.reclaimed).toHaveLength(2)
  })

  const statuses = async (jobId: string) =>
    (await harness.storage.listTranscripts({ jobId })).map(({ status }) => status)
})
