// ytscriptify transcribe --max-wait 0: each video is tried once, and nothing is waited for.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bulkIds, jobsNamedIn, linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace

beforeEach(async () => {
  place = await openWorkplace()
})

afterEach(() => place.close())

const playerCalls = (): (string | undefined)[] =>
  place.youtube.requests.filter(({ path }) => path === '/youtubei/v1/player').map(({ videoId }) => videoId)

describe('--max-wait 0', () => {
  it('is over when all is done, like any other run', async () => {
    const { code, stdout } = await place.run(['transcribe', ...bulkIds(6), '--json', '--max-wait', '0'])

    expect(linesOf(stdout).map(({ status }) => status)).toEqual(bulkIds(6).map(() => 'completed'))
    expect(code).toBe(0)
  })

  it('tries each video once, tells why what is left would wait, and goes on when resumed', async () => {
    const stopFailing = place.youtube.behave({ how: 'server-error', at: 'any', videoId: 'fdr1933fear' })
    const env = { YOUTUBE_CLIENTS: 'ANDROID' }

    const first = await place.run(
      [
        'transcribe',
        'gettysburg1',
        'fdr1933fear',
        'private_vid',
        'aintiawoman',
        'fdr1933fear',
        '--json',
        '--max-wait',
        '0',
      ],
      { env },
    )
    stopFailing()

    expect(linesOf(first.stdout).map(({ status, error }) => [status, error?.code])).toEqual([
      ['completed', undefined],
      ['pending', 'source_request_failed'],
      ['failed', 'video_private'],
      ['completed', undefined],
      // The same video again: it is not tried for itself.
      ['pending', undefined],
    ])
    expect(playerCalls().filter((id) => id === 'fdr1933fear')).toHaveLength(1)
    expect(first.code).toBe(5)
    expect(first.stderr).toContain(`transcribe --resume ${jobsNamedIn(first.stderr)} --json`)
  })

  it('asks no further when YouTube has us wait, and asks nothing at all while it does', async () => {
    place.youtube.behave({ how: 'rate-limited', retryAfter: 600 })
    const refused = await place.run(['transcribe', ...bulkIds(9), '--json', '--max-wait', '0'])
    const asked = playerCalls().length
    place.youtube.behaveWell()

    const after = await place.run(['transcribe', 'gettysburg1', '--json', '--max-wait', '0'])

    expect(linesOf(refused.stdout)[0]?.error).toMatchObject({ code: 'source_rate_limited', retryable: true })
    expect(asked).toBeLessThanOrEqual(4)
    const closedUntil = linesOf(refused.stdout).find(({ error }) => error?.message.includes('is not asked now'))
    expect(linesOf(after.stdout)).toMatchObject([
      {
        status: 'pending',
        error: {
          code: 'source_rate_limited',
          message: 'The source "youtube" is not asked now: it has refused us.',
          hint: expect.stringContaining('until the pause is over'),
          retryable: true,
          retry_at: closedUntil?.error?.retry_at,
        },
      },
    ])
    expect(Date.parse(linesOf(after.stdout)[0]?.error?.retry_at ?? '')).toBeGreaterThan(Date.now())
    expect(after.stderr).toMatch(/^why: The source "youtube" is not asked now.* Try again in \d+:\d\d\.$/m)
    expect([refused.code, after.code]).toEqual([5, 5])
    expect(playerCalls()).toHaveLength(asked)
  })
})

describe('--translate-to and --keep-formatting', () => {
  it('are asked of YouTube, in another language than the captions and with their tags', async () => {
    const { stdout, code } = await place.run([
      'transcribe',
      'gettysburg1',
      '--translate-to',
      'ja',
      '--json',
      '--max-wait',
      '0',
    ])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ language: 'ja', kind: 'generated', translated_from: 'en' })
  })

  it('are refused before anything is stored where they cannot be meant', async () => {
    const { stderr, code } = await place.run(['transcribe', 'gettysburg1', '--translate-to', 'not a language'])

    expect(stderr).toContain('--translate-to: "not a language" is not a well-formed language tag')
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
  })
})
