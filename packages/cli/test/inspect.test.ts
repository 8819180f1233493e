// ytscriptify inspect: who works on what, and how much there is to do, whichever process does it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '@ytscriptify/core/testing'
import { bulkIds, jobsNamedIn, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await openWorkplace()
})
afterEach(() => place.close())

const store = async (...urls: string[]): Promise<string> =>
  jobsNamedIn((await place.run(['transcribe', ...urls, '--max-wait', '0s'])).stderr)

const cellsOf = (line: string | undefined): string[] => (line ?? '').split(/ {2,}/)

describe('inspect active', () => {
  it('says which worker holds which video, since when, and at which attempt', async () => {
    place.youtube.behave({ how: 'hang' })
    const id = await store('bulk0000001', 'bulk0000002')
    const worker = place.start(['worker', '--name', 'worker1@%h', '--concurrency', '2'])
    await eventually(() => place.youtube.requests.length === 2, { what: 'both videos are asked for' })

    const shown = await place.run(['inspect', 'active'])
    const json = await place.run(['inspect', 'active', '--json', '--limit', '1'])
    worker.child.kill('SIGKILL')

    const [head, first, second] = shown.stdout.split('\n').map(cellsOf)
    expect(head).toEqual(['WORKER', 'VIDEO', 'ATTEMPT', 'SINCE', 'FOR', 'JOB'])
    expect(first).toEqual([
      expect.stringMatching(/^worker1@./),
      'bulk0000001',
      '1',
      expect.stringMatching(/Z$/),
      expect.stringMatching(/^0:\d\d$/),
      `${id} (1)`,
    ])
    expect(second?.[1]).toBe('bulk0000002')
    expect(JSON.parse(json.stdout)).toEqual({
      active: [
        {
          job_id: id,
          owner: 'default',
          position: 0,
          video_id: 'bulk0000001',
          url: 'bulk0000001',
          source: 'youtube',
          attempt: 1,
          worker: { id: expect.any(String), name: expect.stringMatching(/^worker1@/) },
          since: expect.stringMatching(/Z$/),
          lease_until: expect.stringMatching(/Z$/),
          failures: 0,
          crashes: 0,
        },
      ],
    })
    expect([shown.code, json.code]).toEqual([0, 0])
  })

  it('says so when there is nothing', async () => {
    const { stdout, stderr, code } = await place.run(['inspect', 'active'])

    expect([stdout, stderr, code]).toEqual(['', 'Nothing is being worked on.\n', 0])
  })
})

describe('inspect workers', () => {
  it('lists those that are alive, and those that were lost with what they hold', async () => {
    place.youtube.behave({ how: 'hang' })
    await store('bulk0000001')
    const worker = place.start(['worker', '--name', 'worker1@%h', '--lease', '1s'])
    await eventually(() => place.youtube.requests.length === 1, { what: 'the video is asked for' })

    const alive = await place.run(['inspect', 'workers'])
    worker.child.kill('SIGKILL')
    let lost = await place.run(['inspect', 'workers'])
    await eventually(
      async () => {
        lost = await place.run(['inspect', 'workers'])
        return lost.stdout.includes(' lost ')
      },
      { what: 'it is lost' },
    )

    expect(alive.code).toBe(0)
    expect(cellsOf(alive.stdout.split('\n')[0])).toEqual(['WORKER', 'HOST', 'STATE', 'ACTIVE', 'SEEN', 'STARTED', 'ID'])
    expect(cellsOf(alive.stdout.split('\n')[1]).slice(2, 4)).toEqual(['alive', '1'])
    expect(lost.stderr).toBe('No worker is alive: ytscriptify worker starts one.\n')
    expect(lost.code).toBe(6)
  })

  it('ends with 6 where there is none, for programs too', async () => {
    const { stdout, code } = await place.run(['inspect', 'workers', '--json'])

    expect(JSON.parse(stdout)).toEqual({ workers: [] })
    expect(code).toBe(6)
  })
})

describe('inspect stats', () => {
  it('says how much there is to do, and how long the oldest has waited', async () => {
    await store(...bulkIds(3))

    const shown = await place.run(['inspect', 'stats'])
    const json = await place.run(['inspect', 'stats', '--json'])

    expect(shown.stdout).toMatch(/^jobs +1 pending, 0 processing$/m)
    expect(shown.stdout).toMatch(/^videos +3 due, 0 waiting, 0 processing$/m)
    expect(shown.stdout).toMatch(/^next video +due since 0:\d\d$/m)
    expect(shown.stdout).toMatch(/^callbacks +0 due, 0 waiting, 0 processing$/m)
    expect(shown.stdout).toMatch(/^pauses +none$/m)
    expect(JSON.parse(json.stdout)).toMatchObject({
      jobs: { pending: 1, processing: 0 },
      transcripts: { due: 3, waiting: 0, processing: 0 },
      oldest_due_ms: expect.any(Number),
      deliveries: { due: 0, waiting: 0, processing: 0, oldest_due_ms: null },
      last_minute: { jobs: 0, completed: 0, failed: 0, cancelled: 0 },
      gates: [{ key: 'youtube', source: 'youtube', closed_until: null }],
    })
    expect(shown.code).toBe(0)
  })

  it('names the pause of a source that sent us away', async () => {
    place.youtube.behave({ how: 'rate-limited' })
    await place.run(['transcribe', 'gettysburg1', '--max-wait', '1s'])

    const { stdout } = await place.run(['inspect', 'stats'])

    expect(stdout).toMatch(/^pauses +youtube until \d{4}-/m)
  })
})
