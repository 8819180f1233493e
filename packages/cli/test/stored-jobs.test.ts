// The commands that look at stored jobs and change them, and the worker that works on them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bulkIds, jobsNamedIn, linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

describe('stored jobs', () => {
  let place: Workplace
  beforeEach(async () => {
    place = await openWorkplace()
  })
  afterEach(() => place.close())

  /** Stores a job without working on it. */
  async function store(...urls: string[]): Promise<string> {
    return jobsNamedIn((await place.run(['transcribe', ...urls, '--max-wait', '0s'])).stderr)
  }

  it('are listed newest first, in pages', async () => {
    const ids = [await store('gettysburg1'), await store('gettysburg1', 'fdr1933fear'), await store('aintiawoman')]

    const first = await place.run(['jobs', '--limit', '2'])
    const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1] ?? ''
    const second = await place.run(['jobs', '--limit', '2', '--cursor', cursor])

    const rows = first.stdout.trimEnd().split('\n')
    expect(rows[0]).toMatch(/^JOB +STATUS +VIDEOS +DONE +FAILED +CREATED$/)
    expect(rows.slice(1).map((row) => row.split(/ +/).slice(0, 5))).toEqual([
      [ids[2], 'pending', '1', '0', '0'],
      [ids[1], 'pending', '2', '0', '0'],
    ])
    expect(second.stdout).toContain(ids[0])
    expect(second.stderr).toBe('')
  })

  it('are one JSON object for programs', async () => {
    const id = await store('gettysburg1')

    const { stdout, code } = await place.run(['jobs', '--status', 'pending', '--json'])

    expect(JSON.parse(stdout)).toEqual({
      jobs: [
        {
          job_id: id,
          status: 'pending',
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          updated_at: expect.any(String),
          completed_at: null,
          counts: { total: 1, completed: 0, failed: 0, cancelled: 0 },
          languages: [],
          kind: 'any',
          retry_of: null,
          error: null,
        },
      ],
      next_cursor: null,
    })
    expect(code).toBe(0)
    expect(JSON.parse((await place.run(['jobs', '--status', 'failed', '--json'])).stdout)).toEqual({
      jobs: [],
      next_cursor: null,
    })
  })

  it('show each video with its state, its track, and why it failed', async () => {
    const { stderr } = await place.run(['transcribe', 'gettysburg1', 'private_vid'])
    const id = jobsNamedIn(stderr)

    const shown = await place.run(['status', id])
    const json = JSON.parse((await place.run(['status', id, '--json'])).stdout)

    expect(shown.stdout).toMatch(/^Videos +2: 1 done, 1 failed, 0 cancelled$/m)
    expect(shown.stdout).toMatch(/^gettysburg1 +completed +1 +en manual +The Gettysburg Address$/m)
    expect(shown.stdout).toMatch(/^private_vid +failed +1 +private_vid is private/m)
    expect(json).toMatchObject({
      job_id: id,
      status: 'completed',
      results: [
        { video_id: 'gettysburg1', status: 'completed', title: 'The Gettysburg Address', error: null },
        { video_id: 'private_vid', status: 'failed', error: { code: 'video_private' } },
      ],
    })
  })

  it('can be cancelled once, and what was cancelled can be retried as a new job', async () => {
    const id = await store('gettysburg1', 'fdr1933fear')

    const cancelled = await place.run(['cancel', id])
    const resumed = await place.run(['transcribe', '--resume', id])
    const retried = await place.run(['retry', id])
    const completed = await place.run(['transcribe', '--resume', retried.stdout.trim(), '--json'])

    expect(cancelled).toMatchObject({ code: 0, stdout: '' })
    expect(cancelled.stderr).toBe('Cancelled: 2 of 2 videos; 0 were completed and stay.\n')
    expect(resumed.stderr).toContain('2 videos: 0 done, 2 cancelled')
    expect(resumed.code).toBe(4)
    expect(retried.code).toBe(0)
    expect(linesOf(completed.stdout).map(({ status }) => status)).toEqual(['completed', 'completed'])
  })

  it('are left alone by a run that has jobs of its own', async () => {
    const id = await store('gettysburg1')

    await place.run(['transcribe', 'fdr1933fear', 'aintiawoman'])

    expect(JSON.parse((await place.run(['status', id, '--json'])).stdout)).toMatchObject({ status: 'pending' })
    expect(place.youtube.requests.some(({ videoId }) => videoId === 'gettysburg1')).toBe(false)
  })

  it('say so when they cannot be cancelled or retried', async () => {
    const done = jobsNamedIn((await place.run(['transcribe', 'gettysburg1'])).stderr)
    const open = await store('fdr1933fear')

    const results = await Promise.all([
      place.run(['cancel', done]),
      place.run(['retry', done]),
      place.run(['retry', open]),
      place.run(['cancel', 'nothing']),
    ])

    expect(results.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    expect(results.map(({ stderr }) => stderr.split('\n')[0])).toEqual([
      `error: Job ${done} has ended already: it is completed.`,
      `error: Job ${done} has no failed or cancelled video to retry.`,
      `error: Job ${open} is still pending; wait for its end, or cancel it.`,
      'error: There is no job nothing.',
    ])
  })

  it('are worked on by a worker until SIGTERM, with one log line per event', async () => {
    const id = await store('gettysburg1', 'private_vid')
    const worker = place.start(['worker', '--name', 'worker1@%h'])

    await worker.until('stderr', /job\.completed/)
    const later = await store('aintiawoman')
    await worker.until('stderr', new RegExp(`job\\.completed job=${later}`))
    worker.child.kill('SIGTERM')
    const { code, stdout, stderr } = await worker.ended

    expect(code).toBe(0)
    expect(stdout).toBe('')
    const events = stderr.trimEnd().split('\n')
    expect(
      events.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z (info|warn) +[a-z]+\.[a-z]+( [a-z_]+=\S.*)?$/.test(line)),
    ).toBe(true)
    expect(events[0]).toMatch(/ worker\.started name=worker1@\S+ /)
    expect(stderr).toMatch(new RegExp(`info  transcript\\.completed job=${id} position=0 video=gettysburg1$`, 'm'))
    expect(stderr).toMatch(
      new RegExp(`warn  transcript\\.failed job=${id} position=1 video=private_vid code=video_private `),
    )
    expect(events.at(-1)).toMatch(/ worker\.stopped .* claimed=3 completed=2 failed=1 postponed=0 stale=0$/)
  })

  it('are given back by a worker that is told twice to stop', async () => {
    place.youtube.behave({ how: 'hang' })
    const id = await store('gettysburg1')
    const worker = place.start(['worker'])
    await worker.until('stderr', /job\.processing/)

    worker.child.kill('SIGTERM')
    await worker.until('stderr', /worker\.stopping .*running=1/)
    worker.child.kill('SIGTERM')

    expect((await worker.ended).code).toBe(130)
    expect((await place.run(['status', id])).stdout).toMatch(/^Status +processing$/m)
  })

  it('stop within one renewal when they are cancelled while a worker is at it', async () => {
    place.youtube.behave({ how: 'hang', videoId: 'bulk0000002' })
    const id = await store(...bulkIds(2))
    const worker = place.start(['worker', '--lease', '3s'])
    await worker.until('stderr', /transcript\.completed/)

    await place.run(['cancel', id])
    const shown = await place.run(['status', id, '--json'])
    worker.child.kill('SIGTERM')
    const { code, stderr } = await worker.ended

    expect(JSON.parse(shown.stdout)).toMatchObject({
      status: 'cancelled',
      results: [{ status: 'completed' }, { status: 'cancelled' }],
    })
    expect(stderr).toMatch(/worker\.stopped .* completed=1 failed=0/)
    expect(code).toBe(0)
  })
})

describe('ytscriptify migrate', () => {
  it('creates the database, and finds it ready the second time', async () => {
    const place = await openWorkplace()
    try {
      const first = await place.run(['migrate'])
      const second = await place.run(['migrate'])

      expect(first.stderr).toMatch(/^Created: .*transcriber\.db has the schema of this version\.\n$/)
      expect(second.stderr).toMatch(/^Ready: .*transcriber\.db has the schema of this version\.\n$/)
    } finally {
      await place.close()
    }
  })
})
