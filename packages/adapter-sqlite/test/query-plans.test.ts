import {
  claimOf,
  contentOf,
  errorOf,
  importedJobOf,
  importedText,
  jobOf,
  videoIds,
  workerOf,
} from '@ytscriptify/core/testing'
import type { Lease, Outcome } from '@ytscriptify/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { watchedStorage, type WatchedStatement } from './statements.ts'

const ENDED = { status: 'completed', states: [importedText('A text.')] } as const

const completed: Outcome = { type: 'completed', content: contentOf('A text.') }

describe('with 20,000 transcripts, half of them in back-off', () => {
  const { storage, raw, advance, watch } = watchedStorage()
  const jobs = Array.from({ length: 400 }, (_, index) =>
    jobOf(videoIds(50), {
      owner: `owner${index % 10}`,
      callbackUrl: 'https://receiver.test/hook',
      idempotency: { key: `k${index}`, hash: 'h' },
    }),
  )
  const leases: Lease[] = []

  beforeAll(async () => {
    await Promise.all(jobs.map((job) => storage.insertJob(job)))
    for (let claimed = 0; claimed < 10_000; claimed += 500) {
      const { transcripts } = await storage.claim(claimOf({ limit: 500 }))
      const error = errorOf('source_timeout')
      const outcome: Outcome = { type: 'retry', error, afterMs: 900_000, countsAsFailure: true, answered: true }
      await Promise.all(transcripts.map(({ lease }) => storage.settle({ lease, outcome })))
    }
    const { transcripts } = await storage.claim(claimOf({ limit: 200 }))
    leases.push(...transcripts.map(({ lease }) => lease))
    const answers = leases.splice(0, 50).map((lease) => storage.settle({ lease, outcome: completed }))
    await Promise.all(answers)
    await storage.cancelJob({ id: jobs[399]?.id ?? '' })
  })

  const hot: readonly (readonly [name: string, work: () => Promise<unknown>])[] = [
    ['a claim', () => storage.claim(claimOf({ limit: 20 }))],
    [
      'a claim for some jobs',
      () => storage.claim(claimOf({ limit: 20, jobIds: jobs.slice(0, 3).map(({ id }) => id) })),
    ],
    ['a claim of a suspect', () => storage.claim(claimOf({ suspect: true }))],
    ['an idle claim', () => storage.claim(claimOf({ source: 'idle' }))],
    ['a renewal', () => storage.renew({ worker: workerOf('a'), leases: leases.slice(0, 20) })],
    ['a settlement', () => storage.settle({ lease: leases.shift()!, outcome: completed })],
    [
      'a group of settlements',
      () => Promise.all(leases.splice(0, 20).map((lease) => storage.settle({ lease, outcome: completed }))),
    ],
    ['a submission', () => storage.insertJob(jobOf(videoIds(3)))],
    [
      'a repeated submission',
      () => storage.insertJob({ ...jobOf('dQw4w9WgXcQ'), owner: 'owner1', idempotency: { key: 'k1', hash: 'h' } }),
    ],
    ['a cancellation', () => storage.cancelJob({ id: jobs[398]?.id ?? '' })],
    ['a quiet expiry', () => storage.expire({ maxCrashes: 3, limit: 100 })],
    [
      'an expiry of leases',
      () => {
        advance(61_000)
        return storage.expire({ maxCrashes: 3, limit: 100 })
      },
    ],
    ['a returning worker', () => storage.renew({ worker: workerOf('a'), leases: [] })],
    [
      'a look for stored texts',
      () =>
        storage.findReusable(
          jobs.slice(0, 5).map(({ transcripts: [first] }) => ({
            source: 'fake',
            requestKey: first!.requestKey,
            owner: 'owner0',
            maxAgeMs: 60_000,
          })),
        ),
    ],
    ['a job', () => storage.getJob({ id: jobs[0]?.id ?? '' })],
    ['the list of jobs', () => storage.listJobs({ limit: 20, after: { createdAt: new Date(), id: 'f' } })],
    ['the list of an owner', () => storage.listJobs({ limit: 20, owner: 'owner3' })],
    ['the list by status', () => storage.listJobs({ limit: 20, status: 'cancelled' })],
    ['the list of an owner by status', () => storage.listJobs({ limit: 20, owner: 'owner3', status: 'pending' })],
    ['the transcripts of a job', () => storage.listTranscripts({ jobId: jobs[0]?.id ?? '', withData: true })],
    ['the deliveries of a job', () => storage.listDeliveries(jobs[399]?.id ?? '')],
    ['an import', () => storage.importJobs([importedJobOf(videoIds(3)), importedJobOf('dQw4w9WgXcQ', ENDED)])],
    ['a purge', () => storage.purgeJobs({ olderThanMs: 0, limit: 50 })],
    ['a replay', () => storage.replayDelivery({ id: 'msg_unknown', jobId: jobs[399]?.id ?? '' })],
    [
      'an expiry of jobs',
      () => {
        advance(8 * 24 * 3_600_000)
        return storage.expire({ maxCrashes: 3, limit: 100 })
      },
    ],
  ]

  it.each(hot)('%s searches by an index and scans neither jobs nor transcripts', async (_name, work) => {
    const statements = await watch(work)

    expect(statements.length).toBeGreaterThan(0)
    expect(statements.flatMap(scansOf)).toEqual([])
  })

  // An index that holds nothing else may be read as a whole.
  it.each([
    ['the list of what is in work', () => storage.listActive({ limit: 20 }), ['transcripts_leased']],
    ['the list of workers', () => storage.listWorkers(), ['transcripts_leased']],
    [
      'the figures of what there is to do',
      () => storage.stats(),
      ['transcripts_leased', 'deliveries_leased', 'deliveries_due'],
    ],
  ] as const)('%s scans the indexes of open work alone', async (_name, work, indexes) => {
    const statements = await watch(work)

    const scans = statements
      .flatMap(scansOf)
      .map((scan) => /^SCAN (?:\w+) USING (?:COVERING )?INDEX (\w+)/.exec(scan)?.[1])
    expect(statements.length).toBeGreaterThan(0)
    expect(scans.filter((index) => !indexes.some((name) => name === index))).toEqual([])
  })

  it('the figures of what there is to do are counted lane by lane, along the indexes of claims', async () => {
    const statements = await watch(() => storage.stats())

    const plans = statements.flatMap(({ plan }) => plan)
    expect(plans).toContain('SEARCH transcripts USING INDEX transcripts_ranked_ahead (source=? AND gate_key=?)')
    expect(plans).toContain(
      'SEARCH transcripts USING INDEX transcripts_ranked_in_time (source=? AND gate_key=? AND rank_at<?)',
    )
    expect(plans).toContain(
      'SEARCH transcripts USING INDEX transcripts_ranked_in_time (source=? AND gate_key=? AND rank_at>?)',
    )
    expect(plans).toContain('SEARCH jobs USING COVERING INDEX jobs_by_status (status=?)')
    expect(plans).toContain('SEARCH jobs USING INDEX jobs_ended (ended_at>? AND ended_at<?)')
  })

  // By the status alone, a page of an owner with few jobs went through those of all others.
  it('the list of an owner by status reads only the jobs that it shows', async () => {
    const [statement] = await watch(() => storage.listJobs({ limit: 20, owner: 'owner3', status: 'pending' }))

    expect(statement?.plan).toEqual(['SEARCH jobs USING INDEX jobs_by_owner_and_status (owner=? AND status=?)'])
  })

  it('a claim reads what it takes, and not what waits for its time', async () => {
    const { n } = raw.all(`select count(*) as n from transcripts where status = 'pending'`)[0] as { n: number }
    expect(n).toBeGreaterThan(10_000)

    const statements = await watch(() => storage.claim(claimOf({ limit: 20 })))

    const pick = statements.find(({ sql }) => sql.includes('union all'))
    expect(pick?.plan).toContain('SEARCH transcripts USING INDEX transcripts_ranked_ahead (source=? AND gate_key=?)')
    expect(pick?.plan).toContain(
      'SEARCH transcripts USING INDEX transcripts_ranked_in_time (source=? AND gate_key=? AND rank_at<?)',
    )
    expect(pick?.plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
  })
})

describe('a group of changes', () => {
  it('takes as many statements as one change', async () => {
    const { storage, watch } = watchedStorage()
    await storage.insertJob(jobOf(videoIds(60), { callbackUrl: 'https://receiver.test/hook' }))
    const { transcripts } = await storage.claim(claimOf())
    const claimed = [...transcripts]
    const settle = (count: number) => () =>
      Promise.all(claimed.splice(0, count).map(({ lease }) => storage.settle({ lease, outcome: completed })))

    const two = await watch(settle(2))
    const fifty = await watch(settle(50))

    expect(fifty.length).toBe(two.length)
    expect(fifty.filter(({ sql }) => sql === 'commit')).toHaveLength(1)
  })

  it('takes the write lock before it reads, so that nobody makes it start anew', async () => {
    const { storage, watch } = watchedStorage()
    await storage.ready()

    const [first] = await watch(() => storage.insertJob(jobOf('dQw4w9WgXcQ')))

    expect(first?.sql).toBe('begin immediate')
  })
})

describe('a group of new jobs', () => {
  // Two groups that hold the same keys in different orders wait for each other where rows are locked one by one.
  it('is inserted in one order, whatever the order in which it came in', async () => {
    const { storage, raw } = watchedStorage()
    const keyed = (owner: string, key: string) => jobOf('dQw4w9WgXcQ', { owner, idempotency: { key, hash: 'h' } })
    const jobs = [keyed('bob', 'b'), keyed('ada', 'c'), keyed('bob', 'a'), keyed('ada', 'd')]

    const results = await Promise.all(jobs.map((job) => storage.insertJob(job)))

    expect(raw.all('select owner, idempotency_key as key from jobs order by rowid')).toEqual([
      { owner: 'ada', key: 'c' },
      { owner: 'ada', key: 'd' },
      { owner: 'bob', key: 'a' },
      { owner: 'bob', key: 'b' },
    ])
    expect(results.map(({ job }) => job.id)).toEqual(jobs.map(({ id }) => id))
  })
})

describe('a limit', () => {
  // With a parameter in its place, SQLite planned the statement anew each time, and took three times as long.
  it('is part of its statement', async () => {
    const { storage, watch } = watchedStorage()
    const job = jobOf(videoIds(3))
    const { id: jobId } = job

    const statements = await watch(async () => {
      await storage.insertJob(job)
      await storage.listTranscripts({ jobId, limit: 1, withData: true })
      await storage.listTranscripts({ jobId, limit: 1, statuses: ['pending'], videoId: 'video000001' })
      await storage.listJobs({ limit: 2 })
      await storage.claim(claimOf())
      await storage.claimDeliveries({ workerId: 'a', limit: 1, leaseMs: 1, perReceiver: 1, busy: new Map() })
      await storage.findReusable([{ source: 'fake', requestKey: 'k', maxAgeMs: 1 }])
      await storage.expire({ maxCrashes: 3, limit: 10 })
      await storage.purgeJobs({ olderThanMs: 0, limit: 10 })
      await storage.listActive({ limit: 10 })
      await storage.stats()
    })

    expect(statements.filter(({ sql }) => /\blimit \d/.test(sql)).length).toBeGreaterThan(5)
    expect(statements.filter(({ sql }) => /\blimit \?/.test(sql))).toEqual([])
  })
})

describe('an expiry', () => {
  // Whoever renews or claims takes its worker's row last, so that forgetting workers first could wait for it for ever.
  it('forgets workers at its end, after everything that it locks before', async () => {
    const { storage, raw, advance, watch } = watchedStorage()
    await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    await storage.claim(claimOf())
    advance(2 * 24 * 3_600_000)

    const statements = await watch(() => storage.expire({ maxCrashes: 3, limit: 10 }))

    const written = statements.map(({ sql }) => sql).filter((sql) => !sql.startsWith('select'))
    expect(written.at(-1)).toBe('commit')
    expect(written.at(-2)).toContain('delete from "workers"')
    expect(written.some((sql) => sql.includes('"transcripts"'))).toBe(true)
    expect(raw.all('select id from workers')).toEqual([])
  })
})

describe('an empty list', () => {
  // `in ()` is an error elsewhere; SQLite alone takes it.
  it('of jobs or of statuses gets into no statement', async () => {
    const { storage, watch } = watchedStorage()
    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))

    const statements = await watch(async () => {
      await storage.claim(claimOf({ jobIds: [] }))
      await storage.claim(claimOf({ jobIds: [], suspect: true }))
      await storage.listTranscripts({ jobId: job.id, statuses: [], withData: true })
    })

    expect(statements.length).toBeGreaterThan(0)
    expect(statements.filter(({ sql }) => sql.includes('in ()'))).toEqual([])
  })
})

describe('an idle worker', () => {
  it('takes no write lock: neither to claim, nor to renew, nor to expire or to purge', async () => {
    const { storage, watch } = watchedStorage()
    await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    await storage.claim(claimOf())
    await storage.claim(claimOf())

    const statements = await watch(async () => {
      await storage.claim(claimOf())
      await storage.renew({ worker: workerOf('a'), leases: [] })
      await storage.expire({ maxCrashes: 3, limit: 100 })
      await storage.purgeJobs({ olderThanMs: 0, limit: 50 })
    })

    expect(statements.filter(({ sql }) => !/^(select|with)/.test(sql))).toEqual([])
  })
})

/** The steps that go over a whole table, or over a whole index of it. */
const scansOf = ({ sql, plan }: WatchedStatement): readonly string[] =>
  plan
    .filter((step) => /^SCAN (jobs|transcripts|found|original|deliveries|delivery_attempts)\b/.test(step))
    .filter((step) => !isHeadOfLeased(step, sql))
    .map((step) => `${step}: ${sql}`)

/** Its first entry, which SQLite calls a scan where the statement gives no bound. */
const isHeadOfLeased = (step: string, sql: string): boolean =>
  step === 'SCAN transcripts USING INDEX transcripts_leased' && sql.endsWith(' order by "lease_until", "id" limit 1')
