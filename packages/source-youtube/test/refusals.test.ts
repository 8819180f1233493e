// What becomes of a video that YouTube does not give, and of requests that it does not answer well.
import { isTranscriptionError, type TranscriptionError } from '@ytscriptify/core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'
import type { YouTubeSourceOptions } from '../src/source-options.ts'
import { youtubeSource } from '../src/youtube-source.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

async function errorOf(
  videoId: string,
  options: YouTubeSourceOptions & { languages?: string[] } = {},
): Promise<TranscriptionError> {
  const source = youtubeSource({ ...(!options.fetch && { baseUrl: youtube.url }), minGapMs: 0, ...options })
  const { signal } = new AbortController()
  const permit = await source.admit(signal)
  const request = { languages: options.languages ?? [], kind: 'any' as const }
  const outcome = await source.fetch({ videoId }, { request, permit, signal }).catch((error: unknown) => error)
  if (isTranscriptionError(outcome)) return outcome
  throw new Error(`Expected a TranscriptionError, got ${JSON.stringify(outcome)}`)
}

const askedAs = (): (string | undefined)[] =>
  youtube.requests.filter(({ path }) => path === '/youtubei/v1/player').map(({ client }) => client)

describe('a video without a transcript', () => {
  it.each([
    ['private_vid', 'video_private'],
    ['age_limited', 'age_restricted'],
    ['members_vid', 'members_only'],
    ['premium_vid', 'premium_only'],
    ['paid_rental', 'payment_required'],
    ['geo_blocked', 'geo_blocked'],
    ['terminated1', 'account_terminated'],
    ['live_now_v1', 'live_now'],
    ['no_captions', 'transcripts_disabled'],
  ])('says why, after one call: %s is %s', async (videoId, code) => {
    const error = await errorOf(videoId)

    expect(error).toMatchObject({ code, message: expect.stringContaining(videoId) })
    expect(askedAs()).toEqual(['ANDROID'])
  })

  it.each([
    ['AbCdEfGhIjK', 'video_unavailable'],
    ['unplayable1', 'video_unplayable'],
    ['po_token_v1', 'po_token_required'],
  ])('is asked for by every client where one may be wrong: %s is %s', async (videoId, code) => {
    const error = await errorOf(videoId)

    expect(error.code).toBe(code)
    // All of them say the same, so a list of them says nothing.
    expect(error.message).not.toContain('Asked as')
    expect(error.cause).toBeInstanceOf(AggregateError)
    expect(askedAs()).toEqual(['ANDROID', 'VISIONOS', 'IOS'])
  })

  it('is tried again when it starts', async () => {
    const startsAt = new Date(Math.floor(Date.now() / 1000 + 600) * 1000)
    youtube.setVideo({ id: 'my_premiere', title: '', channel: '', tracks: [], state: 'upcoming', startsAt })

    expect(await errorOf('my_premiere')).toMatchObject({ code: 'live_upcoming', retryable: true, retryAt: startsAt })
  })

  it('names the languages that it has', async () => {
    expect(await errorOf('july4_1852x', { languages: ['de'] })).toMatchObject({
      code: 'language_not_found',
      message: 'No caption track in "de" for july4_1852x; available: en (generated), en-GB.',
    })
  })
})

describe('clients', () => {
  it('stand in for one another: what one does not get, the next one does', async () => {
    for (const how of [
      'bot-check',
      'unavailable',
      'server-error',
      'refused',
      'empty',
      'po-token',
      'garbage',
      'cut-off',
    ] as const) {
      youtube.behaveWell()
      youtube.behave({ how, client: 'ANDROID' })
      const source = youtubeSource({ baseUrl: youtube.url, minGapMs: 0 })
      const { signal } = new AbortController()
      const permit = await source.admit(signal)

      const { metadata } = await source.fetch(
        { videoId: 'gettysburg1' },
        { request: { languages: ['en'], kind: 'any' }, permit, signal },
      )

      expect(`${how}: ${metadata.provenance?.['client']}`).toBe(`${how}: VISIONOS`)
    }
  })

  it('that say something of the video outweigh those that say nothing', async () => {
    youtube.behave({ how: 'server-error', client: 'ANDROID' })
    youtube.behave({ how: 'private', client: 'VISIONOS' })

    const error = await errorOf('gettysburg1')

    expect(error.code).toBe('video_private')
    expect(error.message).toContain('Asked as: ANDROID source_request_failed, VISIONOS video_private.')
  })

  it('that are blocked outweigh those that call the video unavailable: a block must not lose it', async () => {
    youtube.behave({ how: 'unavailable', client: 'ANDROID' })
    youtube.behave({ how: 'bot-check', client: 'VISIONOS' })
    youtube.behave({ how: 'unavailable', client: 'IOS' })

    expect((await errorOf('gettysburg1')).code).toBe('source_blocked')
  })

  it('that see no captions do not outweigh one that sees them and gets none', async () => {
    youtube.behave({ how: 'empty', client: 'ANDROID' })
    youtube.behave({ how: 'disabled', client: 'VISIONOS' })

    expect((await errorOf('gettysburg1')).code).toBe('empty_transcript')
  })

  it('end with the page of the video, which is asked only where nothing was said of the video', async () => {
    const asked = (): string[] => youtube.requests.map(({ path, client }) => `${path} ${client}`)
    youtube.behave({ how: 'bot-check', at: 'player' })
    const source = youtubeSource({ baseUrl: youtube.url, minGapMs: 0 })
    const { signal } = new AbortController()
    const permit = await source.admit(signal)
    const request = { languages: ['en'], kind: 'any' } as const

    const { metadata } = await source.fetch({ videoId: 'gettysburg1' }, { request, permit, signal })

    expect(metadata).toMatchObject({ publishedAt: '2009-02-12', provenance: { client: 'WEB' } })
    expect(asked().slice(-2)).toEqual(['/watch WEB', '/api/timedtext WEB'])

    youtube.behaveWell()
    await errorOf('unplayable1')
    expect(asked().at(-1)).toBe('/youtubei/v1/player IOS')
  })

  it('are an option', async () => {
    const clients = [{ name: 'OWN', version: '1', number: 99, userAgent: 'own/1' }]

    await errorOf('AbCdEfGhIjK', { clients })

    expect(askedAs()).toEqual(['OWN'])
  })
})

describe('an answer about another video', () => {
  const realFetch = globalThis.fetch
  /** Goes to the stand-in instead of YouTube. */
  const toStandIn: typeof fetch = (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input)
    return realFetch(new URL(pathname + search, youtube.url), init)
  }
  const checking: YouTubeSourceOptions = { fetch: toStandIn, checkVideoId: true }
  const tracksWith = (options: YouTubeSourceOptions) =>
    youtubeSource({ ...options, minGapMs: 0 }).tracks(
      { videoId: 'gettysburg1' },
      { signal: new AbortController().signal },
    )

  it('is not taken for the one that was asked for, and the next client is asked', async () => {
    youtube.behave({ how: 'other-video', client: 'ANDROID' })
    const source = youtubeSource({ ...checking, minGapMs: 0 })
    const { signal } = new AbortController()
    const permit = await source.admit(signal)
    const request = { languages: ['en'], kind: 'any' } as const

    const { metadata } = await source.fetch({ videoId: 'gettysburg1' }, { request, permit, signal })

    expect(metadata.provenance).toMatchObject({ client: 'VISIONOS' })
  })

  it('is refused with its captions when every client gives it, and is asked for again later', async () => {
    youtube.behave({ how: 'other-video' })

    expect(await errorOf('gettysburg1', checking)).toMatchObject({
      code: 'source_request_failed',
      retryable: true,
      message: 'YouTube answered for another video than gettysburg1, aQvGIIdgFDM.',
    })
    expect(askedAs()).toEqual(['ANDROID', 'VISIONOS', 'IOS'])
    expect(youtube.requests.map(({ path }) => path)).not.toContain('/api/timedtext')
  })

  it('says nothing of the video that was asked for: a private one does not make it private', async () => {
    youtube.behave({ how: 'other-video', client: 'ANDROID' })
    youtube.setVideo({ id: 'private_too', title: '', channel: '', tracks: [], state: 'private' })
    youtube.behave({ how: 'bot-check' })

    expect((await errorOf('private_too', checking)).code).toBe('source_blocked')
  })

  // It hung on the address of what stands in, so that a replay behind `fetch` was refused and one on loopback was not.
  it.each([
    ['a fetch of its own', () => ({ fetch: toStandIn })],
    ['a base URL', () => ({ baseUrl: youtube.url })],
  ])('is taken from %s, which may be a recording, unless it is to be checked', async (_what, options) => {
    youtube.behave({ how: 'other-video' })

    expect(await tracksWith(options())).toContainEqual(expect.objectContaining({ language: 'en' }))
    await expect(tracksWith({ ...options(), checkVideoId: true })).rejects.toMatchObject({
      code: 'source_request_failed',
    })
  })

  it('is refused where nothing stands in for YouTube, unless it is not to be checked', async () => {
    youtube.behave({ how: 'other-video' })
    vi.stubGlobal('fetch', toStandIn)
    onTestFinished(() => void vi.unstubAllGlobals())

    await expect(tracksWith({})).rejects.toMatchObject({ code: 'source_request_failed' })
    expect(await tracksWith({ checkVideoId: false })).toContainEqual(expect.objectContaining({ language: 'en' }))
  })
})

describe('a refusal of us', () => {
  it.each(['player', 'timedtext'] as const)('stops at once when we are to slow down, at the %s', async (at) => {
    youtube.behave({ how: 'rate-limited', at, retryAfter: 120 })
    const before = Date.now()

    const error = await errorOf('gettysburg1')

    expect(error.code).toBe('source_rate_limited')
    expect(error.retryAt!.getTime() - before).toBeGreaterThanOrEqual(120_000)
    expect(error.retryAt!.getTime() - Date.now()).toBeLessThanOrEqual(120_000)
    expect(askedAs()).toEqual(['ANDROID'])
  })

  it('may name a date, or no moment at all', async () => {
    const retryAt = new Date(Math.ceil(Date.now() / 1000 + 60) * 1000)
    youtube.behave({ how: 'rate-limited', retryAfter: retryAt.toUTCString(), times: 1 })
    youtube.behave({ how: 'rate-limited', times: 1 })

    expect((await errorOf('gettysburg1')).retryAt).toEqual(retryAt)
    expect((await errorOf('gettysburg1')).retryAt).toBeUndefined()
  })

  it('is a redirect to a captcha or to the page about cookies too', async () => {
    youtube.behave({ how: 'captcha', times: 1 })
    expect((await errorOf('gettysburg1')).code).toBe('source_rate_limited')

    youtube.behave({ how: 'consent' })
    expect((await errorOf('gettysburg1')).code).toBe('consent_required')
  })

  it('is the bot check, when every client gets it', async () => {
    youtube.behave({ how: 'bot-check' })

    expect(await errorOf('gettysburg1')).toMatchObject({ code: 'source_blocked', retryable: true })
  })
})

describe('a request that fails', () => {
  it.each([
    ['server-error', 'source_request_failed', 'HTTP 503'],
    ['refused', 'source_request_failed', 'HTTP 403'],
    ['garbage', 'source_request_failed', 'no answer'],
    ['empty', 'empty_transcript', 'nothing'],
    ['cut-off', 'empty_transcript', 'unreadable'],
    ['reset', 'source_unreachable', 'could not be reached'],
  ] as const)('says how: %s is %s', async (how, code, words) => {
    youtube.behave({ how })

    expect(await errorOf('gettysburg1')).toMatchObject({
      code,
      retryable: true,
      message: expect.stringContaining(words),
    })
  })

  it('never shows the signed address of the captions', async () => {
    for (const how of ['server-error', 'refused', 'empty', 'cut-off', 'reset', 'hang'] as const) {
      youtube.behaveWell()
      youtube.behave({ how, at: 'timedtext' })
      const error = await errorOf('gettysburg1', { timeoutMs: 200 })

      expect(`${error.message} ${error.hint} ${JSON.stringify(error.cause)}`).not.toMatch(/signature|STAND-IN|expire/)
    }
  })
})
