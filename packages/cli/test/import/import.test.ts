// ytscriptify import: the older service's database comes over, whatever is in it and whatever happens on the way.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@ytscriptify/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createFullOldDatabase,
  createOldDatabase,
  oldText,
  rowsIn,
  type OldRow,
  type OldRows,
} from '../support/old-database.ts'
import { startReceiver } from '../support/server.ts'
import { openWorkplace, type Workplace } from '../support/workplace.ts'

let place: Workplace
let old: string
let target: string
beforeEach(async () => {
  place = await openWorkplace()
  old = join(place.folder, 'old.db')
  target = join(place.folder, 'transcriber.db')
})
afterEach(() => place.close())

const urlOf = (id: string): string => `https://www.youtube.com/watch?v=${id}`

const jobRow = (id: string, job: OldRow = {}): OldRow => ({
  id,
  status: 'completed',
  created_at: '2025-01-02 03:04:05.123456',
  updated_at: '2025-01-02 03:05:00.000000',
  ...job,
})

const videoRow = (id: number, job: string, video: string, row: OldRow = {}): OldRow => ({
  id,
  job_id: job,
  url: urlOf(video),
  video_id: video,
  status: 'completed',
  transcript_data: row['status'] === undefined ? oldText(`text of ${video}`) : null,
  created_at: '2025-01-02 03:04:05.123456',
  updated_at: '2025-01-02 03:04:50.000000',
  ...row,
})

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Everything that an import stores, but the ids that the database gives and the moment of the import. */
const storedIn = (file: string): unknown[] => [
  ...rowsIn(
    file,
    'select id, owner, status, total, completed, failed, cancelled, created_at, updated_at, ended_at, callback_url, error_code, error_message from jobs order by id',
  ),
  ...rowsIn(
    file,
    'select job_id, position, url, video_id, status, duplicate_of, transcript_data, error_code, created_at, updated_at from transcripts order by job_id, position',
  ),
  ...rowsIn(file, 'select job_id, url from deliveries order by job_id'),
]

const countJobs = (): number => (rowsIn(target, 'select count(*) as n from jobs') as [{ n: number }])[0].n

/** Many small jobs, with their transcripts in no order. */
function manyJobs(count: number): OldRows {
  const ids = Array.from({ length: count }, (_, index) => `job-${String(index).padStart(6, '0')}`)
  return {
    jobs: ids.map((id) => jobRow(id)),
    transcripts: [0, 1, 2].flatMap((round) =>
      ids.map((id, index) =>
        videoRow(round * count + index + 1, id, `bulk${String(round * count + index).padStart(7, '0')}`),
      ),
    ),
  }
}

describe('what the older service has stored', () => {
  it('comes over as it was: ids, times, texts and errors; the older file is not touched', async () => {
    createFullOldDatabase(old, {
      jobs: [jobRow('done'), jobRow('lost', { status: 'failed', error_message: 'all transcriptions failed' })],
      transcripts: [
        videoRow(1, 'done', 'gettysburg1'),
        videoRow(2, 'done', 'private_vid', { status: 'failed', error_message: 'This video is private' }),
        videoRow(3, 'lost', 'private_vid', { status: 'failed', error_message: 'This video is private' }),
      ],
    })
    const before = hashOf(old)

    const { code, stdout, stderr } = await place.run(['import', 'old.db'])
    const done = JSON.parse((await place.run(['status', 'done', '--json'])).stdout)
    const lost = JSON.parse((await place.run(['status', 'lost', '--json'])).stdout)

    expect(stderr).toBe(
      `Imported 2 jobs with 3 videos from ${old}, for "default".\n  ended before: 2. They are as they were, and send no callback.\n`,
    )
    expect([code, stdout]).toEqual([0, ''])
    expect(done).toMatchObject({
      job_id: 'done',
      status: 'completed',
      created_at: '2025-01-02T03:04:05.123Z',
      completed_at: '2025-01-02T03:05:00.000Z',
      counts: { total: 2, completed: 1, failed: 1 },
      results: [
        { url: urlOf('gettysburg1'), video_id: 'gettysburg1', status: 'completed', language: 'und' },
        { video_id: 'private_vid', status: 'failed', error: { message: 'This video is private', retryable: true } },
      ],
    })
    expect(lost).toMatchObject({ status: 'failed', error: { message: 'all transcriptions failed' } })
    expect(hashOf(old)).toBe(before)
    expect(readdirSync(place.folder).filter((file) => file.startsWith('old.db'))).toEqual(['old.db'])
  })

  it('belongs to whoever is named, and only to him', async () => {
    createFullOldDatabase(old, { jobs: [jobRow('done')], transcripts: [] })

    const { stderr } = await place.run(['import', `sqlite:///${old}`, '--owner', 'alice'])

    expect(stderr).toContain('for "alice"')
    expect(rowsIn(target, 'select owner from jobs')).toEqual([{ owner: 'alice' }])
  })

  it('is there once, however often it is imported', async () => {
    createFullOldDatabase(old, manyJobs(300))
    await place.run(['import', 'old.db'])
    const first = storedIn(target)

    const { stderr, code } = await place.run(['import', 'old.db'])

    expect(stderr).toContain('Imported 0 jobs with 0 videos')
    expect(stderr).toContain('here already: 300. They stay as they are.')
    expect(code).toBe(0)
    expect(first).toHaveLength(300 + 900)
    expect(storedIn(target)).toEqual(first)
  })

  it('is whole when the import was killed in the middle and run again', async () => {
    createFullOldDatabase(old, manyJobs(3_000))
    await place.run(['migrate'])
    const killed = place.start(['import', 'old.db'])
    await eventually(() => countJobs() > 100, { what: 'some jobs are there' })
    killed.child.kill('SIGKILL')
    await killed.ended
    const inTheMiddle = countJobs()

    const resumed = await place.run(['import', 'old.db'])
    const apart = { DATABASE_URL: `sqlite:///${join(place.folder, 'apart.db')}` }
    await place.run(['import', 'old.db'], { env: apart })

    expect(inTheMiddle).toBeLessThan(3_000)
    expect(resumed.stderr).toContain(`here already: ${inTheMiddle}.`)
    expect(storedIn(target)).toHaveLength(3_000 + 9_000)
    expect(storedIn(target)).toEqual(storedIn(join(place.folder, 'apart.db')))
  })

  it('comes in part when Ctrl-C stops the import, which says how to go on', async () => {
    createFullOldDatabase(old, manyJobs(3_000))
    await place.run(['migrate'])
    const running = place.start(['import', 'old.db'])
    await eventually(() => countJobs() > 0, { what: 'some jobs are there' })

    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended

    expect(code).toBe(130)
    expect(stderr).toMatch(/^Imported \d+ jobs .*\n.*\nStopped before the end\. Run it again to go on/)
  })

  it('keeps its times wherever this machine is: without a zone they are UTC', async () => {
    const time = { created_at: '2025-03-09 02:30:00', updated_at: '2025-03-09T02:30:00+02:00' } // Skipped in New York.
    createFullOldDatabase(old, {
      jobs: [jobRow('night', time)],
      transcripts: [videoRow(1, 'night', 'gettysburg1', time)],
    })

    await place.run(['import', 'old.db'], { env: { TZ: 'America/New_York' } })
    const { stdout } = await place.run(['status', 'night', '--json'])

    expect(JSON.parse(stdout)).toMatchObject({
      created_at: '2025-03-09T02:30:00.000Z',
      updated_at: '2025-03-09T00:30:00.000Z',
    })
  })

  it('may have been stored by one of its first versions, which had fewer columns', async () => {
    createOldDatabase(old)

    const { code, stderr } = await place.run(['import', 'old.db'])

    expect(stderr).toContain('Imported 1 job with 0 videos')
    expect(code).toBe(0)
  })

  // Compared as they were, bytes came after every text: the first page of them was read again and again, and never left.
  it('may have ids that are bytes, more of them than a page has', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `job-${String(index).padStart(4, '0')}`)
    createFullOldDatabase(old, {
      jobs: ids.map((id) => jobRow(id, { id: Buffer.from(id) })),
      transcripts: [videoRow(1, 'job-0449', 'gettysburg1')],
    })

    const { code, stderr } = await place.run(['import', 'old.db'])

    expect(stderr).toContain('Imported 450 jobs with 1 video')
    expect(code).toBe(0)
    expect(rowsIn(target, 'select count(*) as jobs from jobs')).toEqual([{ jobs: 450 }])
  })

  it('may be larger than any answer: a job of three videos of ten hours', async () => {
    const long = oldText(...Array.from({ length: 30_000 }, (_, index) => `sentence ${index} of a very long speech`))
    createFullOldDatabase(old, {
      jobs: [jobRow('long')],
      transcripts: [1, 2, 3].map((id) => videoRow(id, 'long', `bulk000000${id}`, { transcript_data: long })),
    })

    const { code } = await place.run(['import', 'old.db'], { env: { NODE_OPTIONS: '--max-old-space-size=160' } })

    expect(code).toBe(0)
    expect(rowsIn(target, 'select total, completed from jobs')).toEqual([{ total: 3, completed: 3 }])
  })
})

describe('what the older service had not finished', () => {
  it('goes on here, and tells its receiver; what had ended tells nobody', async () => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host, SECRET_KEY: 'Zk4TnW8vBq1XyC6pHd0RmE3sJf7Lg9Au' }
    createFullOldDatabase(old, {
      jobs: [
        jobRow('ended', { callback_url: receiver.url }),
        jobRow('open', { status: 'processing', callback_url: receiver.url }),
        jobRow('done', { status: null, callback_url: receiver.url }),
      ],
      transcripts: [
        videoRow(1, 'ended', 'gettysburg1'),
        videoRow(2, 'open', 'gettysburg1'),
        videoRow(3, 'open', 'fdr1933fear', { status: 'processing' }),
        videoRow(4, 'open', 'aintiawoman', { status: null }),
        videoRow(5, 'done', 'gettysburg1'),
      ],
    })

    const { stderr } = await place.run(['import', 'old.db'], { env })
    const worker = place.start(['worker'], { env })
    await worker.until('stderr', /(delivery\.succeeded[^]*){2}/)
    worker.child.kill('SIGTERM')
    await worker.ended
    await receiver.close()

    expect(stderr).toContain('ended before: 1. They are as they were, and send no callback.')
    expect(stderr).toContain('ended by this: 1. Nothing was left to do; their callbacks are sent.')
    expect(stderr).toContain('going on: 1, with 2 videos to do. A server or a worker takes them.')
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.job_id).sort()).toEqual(['done', 'open'])
    expect(place.youtube.requests.map(({ videoId }) => videoId)).not.toContain('gettysburg1')
    expect(rowsIn(target, "select status, completed from jobs where id = 'open'")).toEqual([
      { status: 'completed', completed: 3 },
    ])
  })

  it('goes on without a callback that is refused here, which the summary names', async () => {
    createFullOldDatabase(old, {
      jobs: [
        jobRow('private', { status: 'pending', callback_url: 'http://192.168.0.7/hook?token=hunter2' }),
        jobRow('broken', { status: 'pending', callback_url: 'n8n' }),
      ],
      transcripts: [
        videoRow(1, 'private', 'gettysburg1', { status: 'pending' }),
        videoRow(2, 'broken', 'gettysburg1', { status: 'pending' }),
      ],
    })

    const { stderr, code } = await place.run(['import', 'old.db'])

    expect(stderr).toContain('notice: callback URLs that are refused here; their jobs came without: 2\n')
    expect(stderr).toContain('  job private: 192.168.0.7 is an address that is not public')
    expect(stderr).toContain('  job broken: The callback is not a URL')
    expect(stderr).not.toContain('hunter2')
    expect(code).toBe(0)
    expect(rowsIn(target, 'select callback_url from jobs')).toEqual([{ callback_url: null }, { callback_url: null }])
  })
})

describe('what cannot come as it was', () => {
  it('is counted and named, and nothing is left out in silence', async () => {
    const transcripts = [
      ...[1, 2, 3, 4, 5, 6].map((id) => videoRow(id, 'job', 'gettysburg1', { transcript_data: '[{"text": "cut o' })),
      videoRow(7, 'job', 'gettysburg1', { url: null, status: 'pending' }),
      videoRow(8, 'open', 'x', { url: 'https://example.com/', status: 'pending' }),
      videoRow(9, 'open', 'fdr1933fear', { status: 'half-done', created_at: 'soon' }),
      videoRow(10, 'gone', 'gettysburg1'),
      videoRow(11, 'gone', 'gettysburg1'),
    ]
    createFullOldDatabase(old, {
      jobs: [jobRow('job'), jobRow('open', { status: 'pending' }), jobRow('empty', { status: null })],
      transcripts,
    })

    const { stderr } = await place.run(['import', 'old.db'])

    for (const line of [
      'notice: completed videos whose text cannot be used, which failed with invalid_input: 6',
      '  job job, video 1: is no JSON',
      '  … and 1 more',
      'notice: videos that were not done when their job ended; they failed, or were cancelled with it: 1',
      '  job job, video 7',
      'notice: videos to do whose URL is missing or names no video, which failed with invalid_input: 1',
      '  job open, video 1: https://example.com/',
      'notice: statuses that are not known here, taken for pending: 1',
      '  job open, video 2: "half-done"',
      'notice: times that cannot be read, replaced by that of the import: 1',
      'notice: open jobs without a video, which failed with invalid_input: 1',
      '  job empty',
      'notice: transcripts whose job is not there, left behind: 2',
      '  job gone',
    ])
      expect(stderr.split('\n')).toContain(line)
    expect(rowsIn(target, 'select count(*) as n from transcripts')).toEqual([{ n: 9 }])
  })
})

describe('an import is refused before anything is made', () => {
  const refusals: [string, () => Promise<void> | void, string[], RegExp][] = [
    ['a file that is not there', () => undefined, ['nothing.db'], /nothing\.db is not there\./],
    ['a folder', () => undefined, ['.'], /is no file\./],
    [
      'no database',
      async () => void (await place.write('notes.txt', 'This is not a database. '.repeat(100))),
      ['notes.txt'],
      /notes\.txt is not a SQLite database/,
    ],
    [
      'a database of something else',
      () => void createFullOldDatabase(old, { jobs: [], transcripts: [] }),
      ['empty.db'],
      /empty\.db is no database of the older service: it has no table "jobs" and no table "transcripts"\./,
    ],
    ['a URL of another kind', () => undefined, ['mysql://me:hunter2@host/db'], /is the URL of neither a SQLite nor/],
    [
      'a server that is not there',
      () => undefined,
      ['postgresql://me:hunter2@127.0.0.1:1/old'],
      /127\.0\.0\.1:1\/old cannot be read: .*ECONNREFUSED/,
    ],
    ['an owner that is none', () => undefined, ['old.db', '--owner', 'a b'], /Give the name of a key/],
  ]

  it.each(refusals)('for %s', async (_, prepare, args, message) => {
    await place.write('empty.db', '')
    await prepare()

    const { code, stderr } = await place.run(['import', ...args])

    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('hunter2')
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
  })

  it('for the database that it would go into, by whatever name', async () => {
    createFullOldDatabase(old, { jobs: [], transcripts: [] })
    const before = hashOf(old)

    const { code, stderr } = await place.run(['import', './old.db'], { env: { DATABASE_URL: `sqlite:///${old}` } })

    expect(stderr).toMatch(/old\.db is the database that DATABASE_URL names, too: it cannot be imported into itself\./)
    expect(code).toBe(2)
    expect(hashOf(old)).toBe(before)
  })

  it('for a database of this version', async () => {
    await place.run(['migrate'], { env: { DATABASE_URL: `sqlite:///${old}` } })

    const { code, stderr } = await place.run(['import', 'old.db'])

    expect(stderr).toMatch(/old\.db is a database of this version already\./)
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
  })
})
