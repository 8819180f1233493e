// Time limits, size limits, and the end of work that nobody wants any more.
import { manualClock } from '@ytscriptify/core/testing'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'
import type { YouTubeSourceOptions } from '../src/source-options.ts'
import { youtubeSource } from '../src/youtube-source.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

async function outcomeOf(options: YouTubeSourceOptions, signal = new AbortController().signal): Promise<unknown> {
  const source = youtubeSource({ baseUrl: youtube.url, minGapMs: 0, ...options })
  const permit = await source.admit(new AbortController().signal)
  const request = { languages: [], kind: 'any' as const }
  return source.fetch({ videoId: 'gettysburg1' }, { request, permit, signal }).catch((error: unknown) => error)
}

const pathOf = (input: string | URL | Request): string => new URL(input instanceof Request ? input.url : input).pathname

/** Never answers what `path` asks for, and does not care about its signal. */
const deafAt =
  (path: string, onAsked: () => void = () => undefined): typeof fetch =>
  (input, init) => {
    if (pathOf(input) !== path) return fetch(input, init)
    onAsked()
    return new Promise(() => undefined)
  }

/** Sends the head of an answer and then no body, and does not care about its signal. */
const silentAt =
  (path: string, onCancel: () => void): typeof fetch =>
  async (input, init) => {
    if (pathOf(input) !== path) return fetch(input, init)
    return new Response(new ReadableStream({ pull: () => new Promise(() => undefined), cancel: onCancel }))
  }

describe.each(['/youtubei/v1/player', '/api/timedtext'])('a request without an answer: %s', (path) => {
  it('ends after its time, and no other client asks the same host', async () => {
    const clock = manualClock()
    let done = false
    let asked = false
    const deaf = deafAt(path, () => (asked = true))
    const outcome = outcomeOf({ fetch: deaf, timeoutMs: 5_000, clock }).finally(() => (done = true))
    await expect.poll(() => asked).toBe(true)
    await clock.advance(4_999)
    expect(done).toBe(false)
    await clock.advance(1)

    expect(await outcome).toMatchObject({ code: 'source_timeout', message: expect.stringContaining('5000 ms') })
  })

  it('ends after its time when the body does not come, and frees the connection', async () => {
    let cancelled = 0

    const outcome = await outcomeOf({ fetch: silentAt(path, () => (cancelled += 1)), timeoutMs: 100 })

    expect(outcome).toMatchObject({ code: 'source_timeout' })
    expect(cancelled).toBe(1)
  })

  it.each([
    ['of a fetch that does not listen', () => deafAt(path)],
    ['of a body that does not come', () => silentAt(path, () => undefined)],
  ])('ends with the reason of its signal: %s', async (_what, fetchOf) => {
    const controller = new AbortController()
    const reason = new Error('nobody wants it')
    let asked = false
    const inner = fetchOf()
    const watched: typeof fetch = (input, init) => {
      asked ||= pathOf(input) === path
      return inner(input, init)
    }

    const outcome = outcomeOf({ fetch: watched }, controller.signal)
    await expect.poll(() => asked).toBe(true)
    controller.abort(reason)

    expect(await outcome).toBe(reason)
  })

  it('ends with the reason of its signal when the server hangs, and asks nothing more', async () => {
    const at = path.includes('player') ? 'player' : 'timedtext'
    youtube.behave({ how: 'hang', at })
    const controller = new AbortController()
    const reason = new Error('nobody wants it')

    const outcome = outcomeOf({}, controller.signal)
    await expect.poll(() => youtube.requests.at(-1)?.misbehaviour).toBe('hang')
    const before = youtube.requests.length
    controller.abort(reason)

    expect(await outcome).toBe(reason)
    expect(youtube.requests).toHaveLength(before)
  })
})

describe('work that nobody wants from the start', () => {
  it('is not begun', async () => {
    const reason = new Error('too late')

    expect(await outcomeOf({}, AbortSignal.abort(reason))).toBe(reason)
    expect(youtube.requests).toEqual([])
  })
})

describe('a body without end', () => {
  let server: Server

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume()
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is read up to the limit, and its connection is closed', async () => {
    const { port } = server.address() as AddressInfo
    const closed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)))
    const [client] = [{ name: 'ONLY', version: '1', number: 1, userAgent: 'only/1' }]

    const outcome = await outcomeOf({ baseUrl: `http://127.0.0.1:${port}`, maxBodyBytes: 200_000, clients: [client] })

    expect(outcome).toMatchObject({
      code: 'source_request_failed',
      message: expect.stringContaining('more than 200000 bytes'),
    })
    await closed
  })
})

describe('a host that is not there', () => {
  it('is unreachable, and why is told without the address', async () => {
    const { url } = youtube
    await youtube.close()

    expect(await outcomeOf({ baseUrl: url })).toMatchObject({
      code: 'source_unreachable',
      retryable: true,
      message: 'YouTube could not be reached for the player call for gettysburg1 (ECONNREFUSED).',
    })
  })
})
