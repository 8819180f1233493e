// Four storages with a pool each, as four machines have them, on one database.
import { claimOf, contentOf, eventually, jobOf, videoIds, workerOf } from '@ytscriptify/core/testing'
import type { NewJob, Outcome, TranscriptionStorage } from '@ytscriptify/core'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { postgresStorage } from '../src/index.ts'
import { useDatabase, type PostgresHarness } from './postgres-harness.ts'

const database = useDatabase()
const callbackUrl = 'https://receiver.test/hook'
const completed: Outcome = { type: 'completed', content: contentOf('A text.') }

let harness: PostgresHarness
let pools: readonly pg.Pool[]
let storages: readonly TranscriptionStorage[]

beforeEach(async () => {
  harness = await database.createHarness()
  await harness.storage.ready()
  await harness.pool.query(WITNESSES.replaceAll('$schema', harness.schema))
  pools = [1, 2, 3, 4].map(
    () => new pg.Pool({ connectionString: database.url(), max: 8, application_name: 'machine', pipeline: true }),
  )
  storages = pools.map((pool) => postgresStorage({ pool, schema: harness.schema }))
})
afterEach(async () => {
  await stop()
  await harness.dispose()
})

async function stop(): Promise<void> {
  await Promise.all(storages.map((storage) => storage.close()))
  await Promise.all(pools.filter(({ ended }) => !ended).map((pool) => pool.end()))
}

it('ends each of 500 jobs once, whose last videos settle at the same time on four machines', async () => {
  const jobs = Array.from({ length: 500 }, () => jobOf(videoIds(4), { callbackUrl }))
  await Promise.all(jobs.map((job) => harness.storage.insertJob(job)))
  const { transcripts } = await harness.storage.claim(claimOf({ limit: 2_000 }))

  const answers = await Promise.all(
    transcripts.map(({ lease, position }) => storages[position]!.settle({ lease, outcome: completed })),
  )

  expect(answers.filter(({ accepted }) => accepted)).toHaveLength(2_000)
  expect(answers.filter((answer) => answer.accepted && answer.endedJob)).toHaveLength(500)
  expect(await endings()).toEqual({ jobs: 500, once: 500 })
  expect(await deliveries()).toEqual({ rows: 500, jobs: 500 })
  expect(await count(`select count(*) from $schema.jobs where status = 'completed' and completed = 4`)).toBe(500)
})

it('never deadlocks and ends no job twice, whatever four machines do at the same time for 5 s', async () => {
  const before = await deadlocks()
  const jobs = [jobOf(videoIds(4), { callbackUrl })]
  await Promise.all(jobs.map((job) => harness.storage.insertJob(job)))
  const until = performance.now() + 5_000
  const done = new Map<string, number>()

  const repeat = async (name: string, work: () => Promise<number>): Promise<void> => {
    done.set(name, 0)
    while (performance.now() < until || [...done.values()].includes(0)) {
      const times = await work()
      done.set(name, (done.get(name) ?? 0) + times)
    }
  }
  const oneOf = (list: readonly NewJob[]): NewJob => list[Math.floor(Math.random() * list.length)]!
  await Promise.all(
    storages.flatMap((storage, machine) => {
      const worker = `worker${machine}`
      return [
        repeat('submitted', async () => {
          const job = jobOf(videoIds(4), { callbackUrl })
          await storage.insertJob(job)
          jobs.push(job)
          return 1
        }),
        repeat('settled', async () => {
          const { transcripts } = await storage.claim(claimOf({ worker, limit: 40, leaseMs: 200 }))
          const leases = transcripts.map(({ lease }) => lease)
          await storage.renew({ worker: workerOf(worker, { leaseMs: 200 }), leases })
          // Each fourth is left to its lease.
          const answers = await Promise.all(
            leases.flatMap((lease, index) => (index % 4 === 3 ? [] : [storage.settle({ lease, outcome: completed })])),
          )
          return answers.filter(({ accepted }) => accepted).length
        }),
        repeat('cancelled', async () => {
          const answer = await storage.cancelJob({ id: oneOf(jobs.slice(-40)).id })
          return answer?.changed ? 1 : 0
        }),
        repeat('expired', async () => (await storage.expire({ maxCrashes: 3, limit: 100 })).reclaimed.length),
        repeat('delivered', async () => {
          const options = { workerId: worker, limit: 20, leaseMs: 50, perReceiver: 20, busy: new Map<string, number>() }
          const claim = await storage.claimDeliveries(options)
          const answers = await Promise.all(
            claim.deliveries.map(({ lease }) =>
              storage.settleDelivery({ lease, outcome: { type: 'delivered', status: 204 } }),
            ),
          )
          return answers.filter(({ accepted }) => accepted).length
        }),
        repeat('replayed', async () => {
          const { id: jobId } = oneOf(jobs.slice(-200))
          const [delivery] = await storage.listDeliveries(jobId)
          return delivery && (await storage.replayDelivery({ id: delivery.id, jobId })) ? 1 : 0
        }),
        repeat('purged', () => storage.purgeJobs({ olderThanMs: 300, limit: 20 })),
      ]
    }),
  )

  await stop()
  expect(await deadlocks()).toBe(before)
  const { jobs: ended, once } = await endings()
  expect(ended).toBeGreaterThan(0)
  expect(once).toBe(ended)
  // What is told of a job agrees with its transcripts.
  expect(await count(DISAGREEING)).toBe(0)
})

/** Every end of a job is written down, whoever makes it, and outlasts the job. */
const WITNESSES = `
  create table $schema.endings (job_id text not null);
  create function $schema.witness() returns trigger language plpgsql as $body$
  begin
    insert into $schema.endings values (new.id);
    return null;
  end $body$;
  create trigger witness after update on $schema.jobs for each row
    when (new.status in ('completed', 'partial', 'failed', 'cancelled') and new.ended_at is not null)
    execute function $schema.witness();`

const DISAGREEING = `
  select count(*) from $schema.jobs as j where (j.completed, j.failed, j.cancelled) <> (
    select count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed'),
      count(*) filter (where status = 'cancelled')
    from $schema.transcripts where job_id = j.id)`

async function endings(): Promise<{ jobs: number; once: number }> {
  const times = `select count(*) as times from $schema.endings group by job_id`
  return {
    jobs: await count(`select count(*) from (${times}) as all_of_them`),
    once: await count(`select count(*) from (${times}) as all_of_them where times = 1`),
  }
}

const deliveries = async () => ({
  rows: await count('select count(*) from $schema.deliveries'),
  jobs: await count('select count(distinct job_id) from $schema.deliveries'),
})

/** How often the server had to end somebody's wait. A connection has told of it when it is gone. */
async function deadlocks(): Promise<number> {
  await eventually(async () => (await count(MACHINES)) === 0, { what: 'the connections of the machines are gone' })
  return count('select deadlocks from pg_stat_database where datname = current_database()')
}

const MACHINES = `
  select count(*) from pg_stat_activity where datname = current_database() and application_name = 'machine'`

async function count(query: string): Promise<number> {
  const { rows } = await harness.pool.query<Record<string, string>>(query.replaceAll('$schema', harness.schema))
  return Number(Object.values(rows[0] ?? {})[0])
}
