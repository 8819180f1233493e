// A run may end at any moment, by whatever hand: what is left is stored, and --resume answers every URL once.
import { eventually } from '@ytscriptify/core/testing'
import { describe, it as base } from 'vitest'
import { bulkIds, jobsNamedIn, linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

/** Most of their time these tests wait, so they wait together. */
const it = base.extend<{ place: Workplace }>({
  place: async ({ task: _task }, use) => {
    const place = await openWorkplace({ latencyMs: 20 })
    await use(place)
    await place.close()
  },
})

/** With one video that hangs no run is over before it is interrupted, however busy the machine. */
const HANGS = { how: 'hang', videoId: 'bulk0000030' } as const

describe.concurrent('an interrupted run', () => {
  it('finishes what is on its way after one Ctrl-C, says how to go on, and ends with 130', async ({
    place,
    expect,
  }) => {
    const ids = bulkIds(50)
    const stopHanging = place.youtube.behave(HANGS)
    const run = place.start(['transcribe', '--json'], { input: ids.join('\n') })
    await run.until('stdout', /\n.*\n/)

    run.child.kill('SIGINT')
    const { code, stdout, stderr } = await run.ended

    expect(code).toBe(130)
    const statuses = linesOf(stdout).map(({ status }) => status)
    expect(statuses).toHaveLength(50)
    expect(new Set(statuses)).toEqual(new Set(['completed', 'pending']))
    expect(stderr).toContain(`\n  ytscriptify transcribe --resume ${jobsNamedIn(stderr)} --json\n`)

    stopHanging()
    const resumed = await place.run(['transcribe', '--resume', jobsNamedIn(stderr), '--json'])

    expect(linesOf(resumed.stdout).map(({ video_id, status }) => `${video_id} ${status}`)).toEqual(
      ids.map((id) => `${id} completed`),
    )
    expect(resumed.code).toBe(0)
  })

  it('ends in the same way on SIGTERM', async ({ place, expect }) => {
    place.youtube.behave(HANGS)
    const run = place.start(['transcribe', '--json'], { input: bulkIds(50).join('\n') })
    await run.until('stdout', /\n/)

    run.child.kill('SIGTERM')

    expect((await run.ended).code).toBe(130)
  })

  it('ends at once on a second Ctrl-C, even when YouTube does not answer', async ({ place, expect }) => {
    place.youtube.behave({ how: 'hang' })
    const run = place.start(['transcribe', 'gettysburg1'])
    // Before that nothing would be on its way, and the first one would end it.
    await eventually(() => place.youtube.requests.length > 0, { what: 'YouTube is asked', withinMs: 30_000 })

    run.child.kill('SIGINT')
    await run.until('stderr', /Ctrl-C again ends at once/)
    run.child.kill('SIGINT')
    const { code, stderr } = await run.ended

    expect(code).toBe(130)
    expect(stderr).toContain('ytscriptify transcribe --resume')
  })

  it('loses nothing when it is killed in the middle of 50 videos: the resumed run answers every URL once', async ({
    place,
    expect,
  }) => {
    const ids = bulkIds(50)
    const stopHanging = place.youtube.behave(HANGS)
    const run = place.start(['transcribe', '--json', '--lease', '2s'], { input: ids.join('\n') })
    await run.until('stdout', /(.*\n){5}/)

    run.child.kill('SIGKILL')
    const { stdout, stderr } = await run.ended
    stopHanging()
    const resumed = await place.run(['transcribe', '--resume', jobsNamedIn(stderr), '--json', '--lease', '2s'])

    expect(linesOf(stdout).length).toBeLessThan(50)
    expect(linesOf(resumed.stdout).map(({ video_id, status }) => `${video_id} ${status}`)).toEqual(
      ids.map((id) => `${id} completed`),
    )
    expect(resumed.code).toBe(0)
    // What was completed before the kill is not asked for again; what was on its way, is once more.
    const asked = place.youtube.requests.filter(({ path }) => path.endsWith('/player'))
    expect(asked.length).toBeLessThanOrEqual(50 + 4)
  })

  it('ends quietly when its reader goes away, as head does', async ({ place, expect }) => {
    place.youtube.behave(HANGS)
    const run = place.start(['transcribe', '--json'], { input: bulkIds(50).join('\n') })
    await run.until('stdout', /\n/)

    run.child.stdout.destroy()
    const { code, stderr } = await run.ended

    expect(code).toBe(5)
    expect(stderr).toMatch(/^Job [0-9a-f-]{36}: 50 videos, stored in transcriber\.db\n$/)
  })

  it('with --max-wait 0s only stores, and ends with 5', async ({ place, expect }) => {
    const { code, stdout, stderr } = await place.run(['transcribe', 'gettysburg1', '--json', '--max-wait', '0s'])

    expect(linesOf(stdout)).toMatchObject([{ video_id: 'gettysburg1', status: 'pending', error: null }])
    expect(stderr).toContain('1 video: 0 done, 1 left')
    expect(code).toBe(5)
    expect(place.youtube.requests).toEqual([])
  })

  it('with --max-wait gives up a video that hangs, keeps what is done, and goes on when resumed', async ({
    place,
    expect,
  }) => {
    const stopHanging = place.youtube.behave({ how: 'hang', videoId: 'fdr1933fear' })
    const args = ['gettysburg1', 'fdr1933fear', 'aintiawoman']

    const first = await place.run(['transcribe', ...args, '--json', '--max-wait', '4s'])
    stopHanging()
    const second = await place.run(['transcribe', '--resume', jobsNamedIn(first.stderr), '--json'])

    expect(linesOf(first.stdout).map(({ status }) => status)).toEqual(['completed', 'pending', 'completed'])
    expect(first.code).toBe(5)
    expect(linesOf(second.stdout).map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
    expect(second.code).toBe(0)
  })

  it(
    'while YouTube sends us away ends with 5 and the reason; resumed later, it waits for the pause to end and completes',
    { timeout: 90_000 },
    async ({ place, expect }) => {
      const ids = bulkIds(8)
      const stopRefusing = place.youtube.behave({ how: 'rate-limited', retryAfter: 2 })

      const first = await place.run(['transcribe', ...ids, '--json', '--max-wait', '2s'])
      stopRefusing()
      const asked = place.youtube.requests.length
      const second = await place.run(['transcribe', '--resume', jobsNamedIn(first.stderr), '--json'])

      expect(first.code).toBe(5)
      expect(linesOf(first.stdout).map(({ status }) => status)).toEqual(ids.map(() => 'pending'))
      expect(linesOf(first.stdout)[0]?.error).toMatchObject({ code: 'source_rate_limited', retryable: true })
      expect(first.stderr).toMatch(/^pause: YouTube asks to slow down/m)
      expect(first.stderr).toMatch(/^why: YouTube asks to slow down/m)
      // No more than the slots that were open when the gate closed.
      expect(asked).toBeLessThanOrEqual(4)
      expect(linesOf(second.stdout).map(({ status }) => status)).toEqual(ids.map(() => 'completed'))
      expect(second.code).toBe(0)
      // Each video once, the slots that were open when the gate closed, and one probe for each of its openings.
      const attempts = place.youtube.requests.filter(({ path }) => path.endsWith('/player')).length
      expect(attempts).toBeLessThanOrEqual(ids.length + 4 + 1)
    },
  )

  it('does not disturb another run on the same file: each answers its own list', async ({ place, expect }) => {
    const [left, right] = await Promise.all([
      place.run(['transcribe', '--json'], { input: bulkIds(30).join('\n') }),
      place.run(['transcribe', '--json'], { input: bulkIds(30, 21).join('\n') }),
    ])

    expect(linesOf(left.stdout).map(({ video_id, status }) => [video_id, status])).toEqual(
      bulkIds(30).map((id) => [id, 'completed']),
    )
    expect(linesOf(right.stdout).map(({ video_id, status }) => [video_id, status])).toEqual(
      bulkIds(30, 21).map((id) => [id, 'completed']),
    )
    expect([left.code, right.code]).toEqual([0, 0])
  })
})
