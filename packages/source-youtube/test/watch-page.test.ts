import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { YOUTUBE_CLIENTS } from '../src/clients.ts'
import { startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'
import { createTransport, type YouTubeRequest } from '../src/transport.ts'
import { systemClock } from '@ytscriptify/core'
import { askWatchPage, playerAnswerIn } from '../src/watch-page.ts'

const page = (script: string): string => `<!doctype html><script>var a = 1;</script><script>${script}</script>`
const playable = {
  playabilityStatus: { status: 'OK' },
  videoDetails: { title: 'A {title} with "quotes" \\ and </script>' },
}

describe('the answer in the page of a video', () => {
  it('is what a script assigns, with whatever stands in its texts', () => {
    const found = playerAnswerIn(page(`var ytInitialPlayerResponse = ${JSON.stringify(playable)};var meta = {};`))

    expect(found).toMatchObject({ status: 'OK', details: { title: playable.videoDetails.title } })
  })

  it('is not where a script only speaks of it', () => {
    const speaking = `window['ytInitialPlayerResponse'];if(ytInitialPlayerResponse)b(ytInitialPlayerResponse,c);`
    const assigned = `ytInitialPlayerResponse = ${JSON.stringify(playable)};`

    expect(playerAnswerIn(page(speaking))).toBeUndefined()
    expect(playerAnswerIn(page(speaking + assigned))).toMatchObject({ status: 'OK' })
  })

  it.each([
    ['brackets that are never closed', 'ytInitialPlayerResponse = {'.repeat(200_000)],
    ['quotes that are never closed', `ytInitialPlayerResponse = {"a":"${'\\'.repeat(5_000_000)}`],
    ['nesting without end', `ytInitialPlayerResponse = ${'{"a":'.repeat(1_000_000)}`],
    ['blanks', `ytInitialPlayerResponse${' '.repeat(5_000_000)}= {}`],
  ])('is none in 5 MB of %s, which are read in linear time', (_what, hostile) => {
    const timeOf = (text: string): number => {
      const started = performance.now()
      expect(playerAnswerIn(text)).toBeUndefined()
      return performance.now() - started
    }
    const small = Math.min(timeOf(hostile.slice(0, hostile.length / 8)), timeOf(hostile.slice(0, hostile.length / 8)))

    expect(timeOf(hostile)).toBeLessThan(Math.max(small, 4) * 30)
  })
})

describe('the request for the page', () => {
  let youtube: StandInYouTube

  beforeEach(async () => {
    youtube = await startStandInYouTube()
  })

  afterEach(() => youtube.close())

  const client = YOUTUBE_CLIENTS.find(({ via }) => via === 'watch page')!

  function setUp(bodies: readonly string[]) {
    const asked: YouTubeRequest[] = []
    const transport = async (request: YouTubeRequest): Promise<string> => {
      asked.push(request)
      return bodies[Math.min(asked.length, bodies.length) - 1] ?? ''
    }
    const { signal } = new AbortController()
    return { asked, ask: () => askWatchPage({ videoId: 'gettysburg1', client, transport, signal }) }
  }

  const consent = (value: string): string =>
    `<form action="https://consent.youtube.com/s" method="POST"><input type="hidden" name="v" value="${value}"></form>`
  const watchPage = page(`ytInitialPlayerResponse = ${JSON.stringify(playable)};`)

  it('is made as somebody who has rejected all cookies', async () => {
    const { asked, ask } = setUp([watchPage])

    expect(await ask()).toMatchObject({ status: 'OK' })
    expect(asked.map(({ url, headers }) => [url.searchParams.get('hl'), headers?.['cookie']])).toEqual([
      ['en', 'SOCS=CAI'],
    ])
  })

  it('answers the page about cookies once, with what that asks for', async () => {
    const { asked, ask } = setUp([consent('cb.20260101-00-p0.en+FX+119'), watchPage])

    expect(await ask()).toMatchObject({ status: 'OK' })
    expect(asked.at(-1)?.headers?.['cookie']).toBe('CONSENT=YES+cb.20260101-00-p0.en+FX+119')
  })

  it.each([
    ['comes again after its answer', consent('cb.1'), 2],
    ['asks for nothing that can be given', consent('"onload="'), 1],
  ])('fails when the page about cookies %s', async (_what, body, requests) => {
    const { asked, ask } = setUp([body])

    await expect(ask()).rejects.toMatchObject({ code: 'consent_required' })
    expect(asked).toHaveLength(requests)
  })

  it('fails as blocked at a captcha, and as failed at any other page', async () => {
    await expect(setUp(['<div class="g-recaptcha"></div>']).ask()).rejects.toMatchObject({ code: 'source_blocked' })
    await expect(setUp(['<p>Oops</p>']).ask()).rejects.toMatchObject({
      code: 'source_request_failed',
      message: expect.stringContaining('a page that has no answer'),
    })
  })

  it('brings what the player call would, and the day of publication', async () => {
    const transport = createTransport({
      send: fetch,
      baseUrl: new URL(youtube.url),
      timeoutMs: 5_000,
      maxBodyBytes: 1_000_000,
      clock: systemClock,
    })
    const { signal } = new AbortController()

    const answer = await askWatchPage({ videoId: 'gettysburg1', client, transport, signal })

    expect(answer.details).toMatchObject({ title: 'The Gettysburg Address', publishedAt: '2009-02-12' })
    expect(answer.tracks).toHaveLength(5)
  })
})
