// Retention: jobs that ended long ago are deleted, by hand or by the workers, and nothing else is.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFullOldDatabase, rowsIn } from './support/old-database.ts'
import { openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await openWorkplace()
})
afterEach(() => place.close())

/** Jobs that ended years ago, as only an import can bring them here; and one that is open. */
async function importOldJobs(count: number): Promise<void> {
  const ended = Array.from({ length: count }, (_, index) => ({
    id: `ended-${index}`,
    status: 'completed',
    created_at: '2020-01-01 00:00:00',
    updated_at: '2020-01-01 00:01:00',
  }))
  const open = { id: 'open', status: 'pending', created_at: '2020-01-01 00:00:00' }
  const transcripts = [{ id: 1, job_id: 'open', url: 'https://youtu.be/gettysburg1', status: 'pending' }]
  createFullOldDatabase(join(place.folder, 'old.db'), { jobs: [...ended, open], transcripts })
  await place.run(['import', 'old.db'])
}

const idsOfJobs = (): unknown[] =>
  rowsIn(join(place.folder, 'transcriber.db'), 'select id from jobs').map((row) => (row as { id: string }).id)

describe('ytscriptify purge', () => {
  it('deletes what ended longer ago than was said, in chunks, and says how many', async () => {
    await importOldJobs(120)
    await place.run(['transcribe', 'gettysburg1'])

    const { stderr, stdout, code } = await place.run(['purge', '--older-than', '30d'])
    const again = await place.run(['purge', '--older-than', '30d'])

    expect([stderr, stdout, code]).toEqual(['Deleted 120 jobs that ended more than 30d ago.\n', '', 0])
    expect(again.stderr).toBe('Deleted 0 jobs that ended more than 30d ago.\n')
    expect(idsOfJobs()).toHaveLength(2)
    expect(idsOfJobs()).toContain('open')
  })

  it.each([
    [[], "required option '--older-than <duration>' not specified"],
    [['--older-than', '30'], 'Write a duration like 12h or 30d.'],
  ])('asks how old: %j', async (args, message) => {
    const { stderr, code } = await place.run(['purge', ...args])

    expect(stderr).toContain(message)
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
  })
})

describe('RETENTION', () => {
  it('has a worker delete by itself what ended longer ago, while it works', async () => {
    await importOldJobs(3)

    const worker = place.start(['worker'], { env: { RETENTION: '30d' } })
    await worker.until('stderr', /jobs\.purged jobs=3/)
    await worker.until('stderr', /job\.completed job=open/)
    worker.child.kill('SIGTERM')
    await worker.ended

    expect(idsOfJobs()).toEqual(['open'])
  })

  it('is off without being set: nothing is ever deleted', async () => {
    await importOldJobs(3)

    const worker = place.start(['worker'])
    await worker.until('stderr', /job\.completed job=open/)
    worker.child.kill('SIGTERM')
    const { stderr } = await worker.ended

    expect(stderr).not.toContain('jobs.purged')
    expect(idsOfJobs()).toHaveLength(4)
  })
})
