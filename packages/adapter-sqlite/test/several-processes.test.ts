import { claimOf, contentOf, jobOf, videoIds } from '@ytscriptify/core/testing'
import type { ClaimedTranscript, Lease, SettleResult } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'
import { openRaw } from './raw-database.ts'
import { startStorageProcess, withProcesses } from './storage-process.ts'
import { temporaryFile } from './temporary-file.ts'

// Generous, since the machine may be busy with other tests.
describe('several processes on one file', { timeout: 120_000 }, () => {
  it('may all be the first: 12 that start at once find one schema', async () => {
    const filename = await temporaryFile()

    await withProcesses(filename, 12, (processes) => Promise.all(processes.map((process) => process.run('ready'))))

    const raw = openRaw(filename)
    expect(raw.all('select version, name from ytscriptify_migrations')).toEqual([{ version: 1, name: '0001-initial' }])
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
