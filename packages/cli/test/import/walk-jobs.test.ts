// Two lists in the same order become jobs with their transcripts, and transcripts without a job.
import { describe, expect, it } from 'vitest'
import type { OldJob } from '../../src/import/old-database.ts'
import { walkJobs } from '../../src/import/walk-jobs.ts'

async function walk(jobIds: readonly string[], places: readonly [jobId: string, id: number][]): Promise<string[]> {
  const old = {
    async *jobs() {
      for (const id of jobIds) yield { id } as OldJob
    },
    async *places() {
      for (const [jobId, id] of places) yield { jobId, id }
    },
  }
  const walked: string[] = []
  for await (const one of walkJobs(old))
    walked.push(one.type === 'job' ? `${one.job.id}: ${one.transcriptIds.join()}` : `${one.count} without ${one.jobId}`)
  return walked
}

describe('jobs and transcripts', () => {
  it('find each other, wherever the ids of the transcripts are', async () => {
    const places: [string, number][] = [
      ['a', 2],
      ['a', 9],
      ['b', 1],
      ['b', 3],
    ]

    expect(await walk(['a', 'b'], places)).toEqual(['a: 2,9', 'b: 1,3'])
  })

  it('may have nothing to find: at the beginning, between and at the end', async () => {
    const places: [string, number][] = [
      ['', 7],
      ['a', 1],
      ['b', 2],
      ['d', 3],
      ['e', 4],
      ['e', 5],
    ]

    expect(await walk(['b', 'c'], places)).toEqual([
      '1 without ',
      '1 without a',
      'b: 2',
      'c: ',
      '1 without d',
      '2 without e',
    ])
    expect(await walk([], places.slice(0, 1))).toEqual(['1 without '])
    expect(await walk(['a'], [])).toEqual(['a: '])
  })

  it('are compared as the databases compare them: by bytes', async () => {
    const [bmp, astral] = ['\uff5e', '\u{1f600}'] // In UTF-16 the second would come first.

    expect(
      await walk(
        [bmp, astral],
        [
          [bmp, 1],
          [astral, 2],
        ],
      ),
    ).toEqual([`${bmp}: 1`, `${astral}: 2`])
  })
})
