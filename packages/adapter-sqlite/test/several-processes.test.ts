import { claimOf, contentOf, jobOf, videoIds } from '@ytscriptify/core/testing'
import {
  LOST_ATTEMPT,
  type ClaimedTranscript,
  type DeliveryClaim,
  type DeliveryLease,
  type Lease,
  type SettleResult,
} from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'
import { endJobs } from './ended-jobs.ts'
import { openRaw } from './raw-database.ts'
import { startStorageProcess, withProcesses } from './storage-process.ts'
import { temporaryFile } from './temporary-file.ts'

// Generous, since the machine may be busy with other tests.
describe('several processes on one file', { timeout: 120_000 }, () => {
  it('may all be the first: 12 that start at once find one schema', async () => {
    const filename = await temporaryFile()

    await withProcesses(filename, 12, (processes) => Promise.all(processes.map((process) => process.run('ready'))))

    const raw = openRaw(filename)
    expect(raw.all('select version, name from ytscriptify_migrations')).toEqual([
      { version: 1, name: '0001-initial' },
      { version: 2, name: '0002-job-indexes' },
    ])
    expect(raw.all('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }])
    raw.close()
  })

  it('share 2,000 transcripts without an error, and each goes to one of the 4', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    const jobs = Array.from({ length: 40 }, () => jobOf(videoIds(50)))
    await Promise.all(jobs.map((job) => storage.insertJob(job)))
    const claims = ['a', 'b', 'c', 'd'].map((worker) => claimOf({ worker }))

    const shares = await withProcesses(filename, 4, (processes) =>
      Promise.all(processes.map((process, index) => process.run<readonly Lease[]>('claimAll', claims[index]))),
    )

    const leases = shares.flat()
    expect(leases).toHaveLength(2_000)
    expect(new Set(leases.map(({ transcriptId }) => transcriptId)).size).toBe(2_000)
    expect(leases.every(({ attempt }) => attempt === 1)).toBe(true)
    expect(shares.every((share) => share.length > 0)).toBe(true)
    await storage.close()
  })

  it('end each of 500 jobs once when they settle their last two videos at the same time', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    const videos = ['aaaaaaaaaaa', 'bbbbbbbbbbb']
    const jobs = Array.from({ length: 500 }, () => jobOf(videos, { callbackUrl: 'https://receiver.test/hook' }))
    await Promise.all(jobs.map((job) => storage.insertJob(job)))
    const { transcripts } = await storage.claim(claimOf({ limit: 1_000 }))
    // The first videos of all jobs to two of the processes, the second ones to the two others, in the same order.
    const shareOf = ({ position, jobId }: ClaimedTranscript): number =>
      position * 2 + (jobs.findIndex(({ id }) => id === jobId) % 2)
    const outcome = { type: 'completed' as const, content: contentOf('A text.') }
    const shares = [0, 1, 2, 3].map((share) =>
      transcripts
        .filter((transcript) => shareOf(transcript) === share)
        .sort((a, b) => (a.jobId < b.jobId ? -1 : 1))
        .map(({ lease }) => ({ lease, outcome })),
    )

    const results = await withProcesses(filename, 4, (processes) =>
      Promise.all(processes.map((process, index) => process.run<readonly SettleResult[]>('settle', shares[index]))),
    )

    const accepted = results.flat().filter((result) => result.accepted)
    const ended = accepted.flatMap(({ endedJob }) => (endedJob ? [endedJob] : []))
    expect(accepted).toHaveLength(1_000)
    expect(new Set(ended.map(({ id }) => id)).size).toBe(500)
    expect(ended).toHaveLength(500)
    expect(ended.every(({ status, counts }) => status === 'completed' && counts.completed === 2)).toBe(true)
    const deliveries = await Promise.all(jobs.map(({ id }) => storage.listDeliveries(id)))
    expect(deliveries.every((ofJob) => ofJob.length === 1)).toBe(true)
    await storage.close()
  })

  it('make each attempt at 600 callbacks once: each goes to one of the 4, and comes back to any of them', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    const jobIds = await endJobs(storage, 600, (index) => `https://receiver${index % 6}.test/hook`)
    const claims = ['a', 'b', 'c', 'd'].map((workerId) => ({ workerId, limit: 5, leaseMs: 60_000, perReceiver: 5 }))

    const shares = await withProcesses(filename, 4, (processes) =>
      Promise.all(
        processes.map((process, index) =>
          process.run<readonly SentLease[]>('sendAll', { claim: claims[index], retries: 2 }),
        ),
      ),
    )

    const sent = shares.flat()
    expect(sent).toHaveLength(1_800)
    expect(new Set(sent.map(({ deliveryId, attempt }) => `${deliveryId}/${attempt}`)).size).toBe(1_800)
    expect(sent.every(({ accepted }) => accepted)).toBe(true)
    expect(shares.every((share) => share.length > 0)).toBe(true)
    const deliveries = (await Promise.all(jobIds.map((id) => storage.listDeliveries(id)))).flat()
    expect(deliveries).toHaveLength(600)
    expect(deliveries.every(({ status, failures }) => status === 'delivered' && failures === 2)).toBe(true)
    const statuses = deliveries.map(({ attempts }) => attempts.map(({ attempt, status }) => [attempt, status]))
    expect(new Set(statuses.map((own) => JSON.stringify(own)))).toEqual(new Set(['[[1,503],[2,503],[3,200]]']))
    await storage.close()
  })

  it('take over the callbacks of one that was killed while it sent them, once its leases have run out', async () => {
    const filename = await temporaryFile()
    let offsetMs = 0
    const storage = sqliteStorage({ filename, clockOffsetMs: () => offsetMs })
    const jobIds = await endJobs(storage, 20, () => 'https://receiver.test/hook')
    const claim = { limit: 100, leaseMs: 60_000, perReceiver: 100 }
    const sender = await startStorageProcess(filename)
    const lost = await sender.run<DeliveryClaim>('claimDeliveries', { ...claim, workerId: 'killed' })
    await sender.kill()

    const before = await storage.claimDeliveries({ ...claim, workerId: 'next', busy: new Map() })
    offsetMs += 60_000
    const after = await storage.claimDeliveries({ ...claim, workerId: 'next', busy: new Map() })
    const settled = await Promise.all(
      [...lost.deliveries, ...after.deliveries].map(({ lease }) =>
        storage.settleDelivery({ lease, outcome: { type: 'delivered', status: 200 } }),
      ),
    )

    expect(before.deliveries).toEqual([])
    expect(after.deliveries.map(({ lease, failures }) => [lease.attempt, failures])).toEqual(Array(20).fill([2, 1]))
    expect(settled.map(({ accepted }) => accepted)).toEqual([...Array(20).fill(false), ...Array(20).fill(true)])
    const deliveries = (await Promise.all(jobIds.map((id) => storage.listDeliveries(id)))).flat()
    expect(deliveries).toHaveLength(20)
    const outcomes = deliveries.map(({ attempts }) => attempts.map(({ error, status }) => error ?? status))
    expect(outcomes).toEqual(Array(20).fill([LOST_ATTEMPT, 200]))
    await storage.close()
  })

  it('lose nothing that was acknowledged when one is killed while it writes', async () => {
    const filename = await temporaryFile()
    const inserted: unknown[] = []
    const settled: unknown[] = []
    for (const reports of [25, 60, 110]) {
      const writer = await startStorageProcess(filename)
      const jobs = Array.from({ length: 2_000 }, () => jobOf('dQw4w9WgXcQ'))
      const outcome = { type: 'completed', content: contentOf('Words. '.repeat(4_000)) }
      const writing = writer.run('writeForever', { jobs, claim: claimOf({ worker: `w${reports}` }), outcome })
      writing.catch(() => undefined) // It is killed before its answer.
      await writer.reported(reports)
      await writer.kill()
      inserted.push(...writer.reports.flatMap((report) => report['inserted'] ?? []))
      settled.push(...writer.reports.flatMap((report) => report['settled'] ?? []))
    }

    const storage = sqliteStorage({ filename })
    const found = await Promise.all(inserted.map((id) => storage.getJob({ id: String(id) })))
    await storage.close()

    expect(inserted.length + settled.length).toBeGreaterThanOrEqual(195)
    expect(found.every((job) => job !== undefined)).toBe(true)
    const completed = found.flatMap((job) => (job?.status === 'completed' ? [job.id] : []))
    expect(settled.filter((id) => !completed.includes(String(id)))).toEqual([])
    const raw = openRaw(filename)
    expect(raw.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(raw.all('pragma foreign_key_check')).toEqual([])
    raw.close()
  })
})

type SentLease = DeliveryLease & { readonly accepted: boolean }
