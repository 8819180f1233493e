// What stands between this machine and the captions of YouTube, in each mood of the stand-in.
import type { DiagnoseSourceOptions, SourceDiagnosis, WayDiagnosis } from '@ytscriptify/core'
import { manualClock } from '@ytscriptify/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { YouTubeSourceOptions } from '../src/source-options.ts'
import { startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'
import { youtubeSource, type YouTubeSource } from '../src/youtube-source.ts'
import { startProxy } from './support/start-proxy.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

const { signal } = new AbortController()

const sourceOf = (options: YouTubeSourceOptions = {}): YouTubeSource =>
  youtubeSource({ baseUrl: youtube.url, minGapMs: 0, ...options })

async function diagnose(
  source: YouTubeSource,
  options: Partial<DiagnoseSourceOptions> = {},
): Promise<SourceDiagnosis & { readonly way: WayDiagnosis }> {
  const [diagnosis] = await source.diagnose({ signal, ...options })
  const [way] = diagnosis?.ways ?? []
  if (!diagnosis || !way) throw new Error('It found nothing.')
  return { ...diagnosis, way }
}

/** Each client and its answer in short: `ANDROID gives`, `IOS refused source_request_failed`. */
const answersOf = ({ clients }: WayDiagnosis): string[] =>
  clients.map((client) =>
    [client.name, client.state, 'error' in client ? client.error.code : undefined].filter(Boolean).join(' '),
  )

const asked = (): string[] => youtube.requests.map(({ path, client }) => [path, client].filter(Boolean).join(' '))

/** One video as the engine would ask for it. */
async function fetchOne(source: YouTubeSource): Promise<unknown> {
  const permit = await source.admit(signal)
  const request = { languages: [], kind: 'any' as const }
  return source.fetch({ videoId: 'gettysburg1' }, { request, permit, signal }).finally(() => permit.release())
}

describe('a diagnosis of YouTube', () => {
  it('says that it is reached, who gives captions and who shows them, with one request for each', async () => {
    const { source, videoId, way } = await diagnose(sourceOf())

    expect({ source, videoId }).toEqual({ source: 'youtube', videoId: 'jNQXAC9IVRw' })
    expect(way).toMatchObject({
      target: new URL(youtube.url).host,
      reach: { state: 'reached', httpStatus: 204, ms: expect.any(Number) },
    })
    expect(answersOf(way)).toEqual(['ANDROID gives', 'VISIONOS shows', 'IOS shows', 'WEB skipped'])
    expect(way.clients[0]).toMatchObject({ version: '21.26.364', language: 'en', segments: 8 })
    expect(asked()).toEqual([
      '/generate_204',
      '/youtubei/v1/player ANDROID',
      '/api/timedtext ANDROID',
      '/youtubei/v1/player VISIONOS',
      '/youtubei/v1/player IOS',
    ])
  })

  it('asks for the video that it is told', async () => {
    const { videoId, way } = await diagnose(sourceOf(), { videoId: 'loreley_de1' })

    expect(videoId).toBe('loreley_de1')
    expect(way.clients[0]).toMatchObject({ state: 'gives', language: 'de' })
  })

  it('asks the page of the video where no other client is given the text', async () => {
    youtube.behave({ how: 'bot-check', at: 'player' })

    const { way } = await diagnose(sourceOf())

    expect(answersOf(way)).toEqual([
      'ANDROID blocked source_blocked',
      'VISIONOS blocked source_blocked',
      'IOS blocked source_blocked',
      'WEB gives',
    ])
  })

  it.each([
    ['bot-check', 'blocked source_blocked'],
    ['unavailable', 'refused video_unavailable'],
    ['disabled', 'refused transcripts_disabled'],
    ['po-token', 'refused po_token_required'],
    ['server-error', 'refused source_request_failed'],
    ['garbage', 'refused source_request_failed'],
    ['empty', 'refused empty_transcript'],
    ['cut-off', 'refused empty_transcript'],
    ['consent', 'blocked consent_required'],
  ] as const)('asks every client once, whatever the others are answered: %s', async (how, answer) => {
    youtube.behave({ how })

    const { way } = await diagnose(sourceOf())

    expect(answersOf(way)).toEqual(['ANDROID', 'VISIONOS', 'IOS', 'WEB'].map((name) => `${name} ${answer}`))
    expect(asked().filter((request) => request.startsWith('/youtubei'))).toHaveLength(3)
    expect(asked().filter((request) => request.startsWith('/watch'))).toHaveLength(1)
  })

  it('finds the text at another client where the first one gets none', async () => {
    youtube.behave({ how: 'empty', client: 'ANDROID' })
    youtube.behave({ how: 'po-token', client: 'IOS' })

    const { way } = await diagnose(sourceOf())

    expect(answersOf(way)).toEqual([
      'ANDROID refused empty_transcript',
      'VISIONOS gives',
      'IOS refused po_token_required',
      'WEB skipped',
    ])
    // That no text would come is in the address: it is not asked for.
    expect(asked().filter((request) => request.startsWith('/api/timedtext'))).toHaveLength(2)
  })

  it('tells a client that YouTube has retired by the status of the answer', async () => {
    const retired: typeof fetch = (input, init) =>
      new URL(input instanceof Request ? input.url : input).pathname.endsWith('/player')
        ? Promise.resolve(new Response('{}', { status: 400 }))
        : fetch(input, init)

    const { way } = await diagnose(sourceOf({ fetch: retired }))

    expect(way.clients[0]).toMatchObject({ state: 'refused', httpStatus: 400 })
  })

  it('asks nothing more when YouTube asks to slow down', async () => {
    youtube.behave({ how: 'rate-limited', retryAfter: 120 })
    expect((await diagnose(sourceOf())).way).toMatchObject({
      reach: { state: 'refused', httpStatus: 429, error: { code: 'source_rate_limited', retryAt: expect.any(Date) } },
      clients: [],
    })
    expect(asked()).toEqual(['/generate_204'])

    youtube.behaveWell()
    youtube.behave({ how: 'captcha', at: 'player' })
    expect(answersOf((await diagnose(sourceOf())).way)).toEqual([
      'ANDROID blocked source_rate_limited',
      'VISIONOS skipped',
      'IOS skipped',
      'WEB skipped',
    ])
  })

  it('asks nothing more of a host that does not answer in time', async () => {
    youtube.behave({ how: 'hang' })
    expect((await diagnose(sourceOf({ timeoutMs: 200 }))).way).toMatchObject({
      reach: { state: 'unreachable', at: 'timeout', error: { code: 'source_timeout' } },
      clients: [],
    })

    youtube.behaveWell()
    youtube.behave({ how: 'hang', at: 'player' })
    const { way } = await diagnose(sourceOf({ timeoutMs: 200 }))
    expect(answersOf(way)).toEqual(['ANDROID failed source_timeout', 'VISIONOS skipped', 'IOS skipped', 'WEB skipped'])
    // No status of an earlier answer stands for the one that did not come.
    expect(way.clients[0]).not.toHaveProperty('httpStatus')
  })

  it('ends with the reason of the signal', async () => {
    youtube.behave({ how: 'hang' })
    const controller = new AbortController()
    const reason = new Error('nobody wants it')
    const diagnosing = sourceOf().diagnose({ signal: controller.signal })
    await expect.poll(() => youtube.requests.length).toBe(1)

    controller.abort(reason)

    await expect(diagnosing).rejects.toBe(reason)
  })

  it('counts as an answer of a mirror whatever its status, but for a refusal', async () => {
    youtube.behave({ how: 'refused', at: 'any', times: 1 })

    const { way } = await diagnose(sourceOf())

    expect(way.reach).toMatchObject({ state: 'reached', httpStatus: 403 })
    expect(answersOf(way)[0]).toBe('ANDROID gives')
  })
})

describe('a way to YouTube that leads nowhere', () => {
  /** A fetch whose connection fails with this code, as the one of Node.js does. */
  const failingWith =
    (code: string): typeof fetch =>
    () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }))

  it.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'connect'],
    ['ENETUNREACH', 'connect'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ])('says where it ends: %s at %s', async (cause, at) => {
    const { way } = await diagnose(sourceOf({ fetch: failingWith(cause) }))

    expect(way).toMatchObject({ reach: { state: 'unreachable', at, cause }, clients: [] })
  })

  it('says so of a real connection that is refused', async () => {
    const { url } = youtube
    await youtube.close()

    const { way } = await diagnose(sourceOf({ baseUrl: url }))

    expect(way).toMatchObject({ target: new URL(url).host, reach: { at: 'connect', cause: 'ECONNREFUSED' } })
  })

  it('is told of each proxy by its own, and never by its password', async () => {
    const works = await startProxy()
    const refuses = await startProxy({ status: 407 })
    const hostOf = (url: string): string => new URL(url).host
    const proxies = ['http://me:secret@127.0.0.1:9', refuses.url.replace('//', '//me:secret@'), works.url]

    const diagnosis = await diagnose(sourceOf({ proxies }))

    expect(diagnosis.ways).toMatchObject([
      { proxy: '127.0.0.1:9', reach: { state: 'unreachable', at: 'proxy', cause: 'ECONNREFUSED' }, clients: [] },
      { proxy: hostOf(refuses.url), reach: { state: 'unreachable', at: 'proxy' }, clients: [] },
      { proxy: hostOf(works.url), reach: { state: 'reached' }, clients: [{ state: 'gives' }, {}, {}, {}] },
    ])
    expect(JSON.stringify(diagnosis)).not.toContain('secret')
  })
})

describe('a diagnosis and the pause after a refusal', () => {
  it('asks nothing on a way that is paused, unless it is forced', async () => {
    const clock = manualClock()
    const source = sourceOf({ clock, timeoutMs: 1_000_000 })
    youtube.behave({ how: 'rate-limited', times: 1 })
    await expect(fetchOne(source)).rejects.toMatchObject({ code: 'source_rate_limited' })
    const before = youtube.requests.length

    const { way } = await diagnose(source)
    expect(way).toMatchObject({ reach: { state: 'paused', until: new Date(clock.now() + 30_000) }, clients: [] })
    expect(youtube.requests).toHaveLength(before)

    expect(answersOf((await diagnose(source, { force: true })).way)[0]).toBe('ANDROID gives')
  })

  it('changes no pause: neither does a refusal make one, nor does an answer end one', async () => {
    const clock = manualClock()
    const source = sourceOf({ clock, timeoutMs: 1_000_000 })
    youtube.behave({ how: 'rate-limited' })
    await diagnose(source)
    youtube.behaveWell()
    await expect(fetchOne(source)).resolves.toMatchObject({ language: 'en' })

    youtube.behave({ how: 'rate-limited', times: 1 })
    await expect(fetchOne(source)).rejects.toMatchObject({ code: 'source_rate_limited' })
    await diagnose(source, { force: true })
    expect((await diagnose(source)).way.reach.state).toBe('paused')
  })

  it('takes a place among the videos, and gives it back', async () => {
    const source = sourceOf({ concurrency: 1 })
    const permit = await source.admit(signal)
    let done = false
    const diagnosing = diagnose(source).finally(() => (done = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect([done, youtube.requests.length]).toEqual([false, 0])

    permit.release()

    expect((await diagnosing).way.reach.state).toBe('reached')
    await expect(fetchOne(source)).resolves.toMatchObject({ language: 'en' })
  })
})
